// What is wrong with the look of a page, in words; nothing is a good page.
(() => {
  const wrong = [];
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    wrong.push(`${page.scrollWidth} wide in ${innerWidth}: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 90)).join(" ")}`);
  }
  const numbers = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = color.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const contrast = (color, element) => {
    const [one, other] = [light(numbers(color)), light(behind(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const told = new Set();
  const demand = (least, color, element) => {
    const has = contrast(color, element);
    const name = `${element.tagName}.${element.getAttribute("class")} ${color}`;
    if (has < least && !told.has(name)) wrong.push(`contrast ${has.toFixed(2)}: ${name}`);
    told.add(name);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() && element.checkVisibility() && !element.closest("script, style, svg, option")) {
      demand(4.5, getComputedStyle(element).color, element);
      if (parseFloat(getComputedStyle(element).fontSize) < 12) wrong.push(`small: ${element.outerHTML.slice(0, 90)}`);
    }
  }
  for (const bar of document.querySelectorAll("svg rect")) demand(3, getComputedStyle(bar).fill, bar.parentElement);
  for (const field of document.querySelectorAll("select, input, summary")) {
    if (!field.checkVisibility()) continue;
    demand(4.5, getComputedStyle(field).color, field);
    if (field.localName !== "summary") demand(3, getComputedStyle(field).borderTopColor, field.parentElement);
    if (field.getBoundingClientRect().height < 24) wrong.push(`hard to hit: ${field.name}`);
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) wrong.push(`level ${next} after ${level}: ${heading.textContent}`);
    level = next;
  }
  if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
  if (!page.lang || !document.title || document.querySelectorAll("main").length !== 1) wrong.push("no language, title or main part");
  for (const drawing of document.querySelectorAll("svg")) {
    if (drawing.ariaHidden !== "true" && !(drawing.role === "img" && drawing.ariaLabel)) wrong.push("a drawing without words");
  }
  for (const head of document.querySelectorAll("th")) if (!head.scope) wrong.push(`of what is it the head: ${head.textContent}`);
  for (const link of document.querySelectorAll("[href]")) if (!/^https?:/.test(link.href)) wrong.push(link.outerHTML);
  if (document.querySelector("iframe, object, embed, link, base, [src]:not(img[src^='data:image/'])")) wrong.push("something remote");
  for (const picture of document.querySelectorAll("img")) if (!picture.naturalWidth) wrong.push("a picture that is not shown");
  return wrong;
})()
