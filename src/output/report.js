"use strict";
(() => {
  const filter = document.getElementById("filter");
  const form = filter.querySelector("form");
  const output = filter.querySelector("output");
  const stories = [...document.querySelectorAll("article")];
  // What a heading stands over goes with it.
  const parts = [...document.querySelectorAll("section")].filter((part) => part.querySelector("article"));
  // "recu" finds "reçu", as a watch does.
  const folded = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const texts = stories.map((story) => folded(story.textContent));
  const all = new Set(stories.map((story) => story.dataset.story)).size;
  const has = (list, one) => one === "" || list.split(" ").includes(one);
  const apply = () => {
    const words = folded(form.text.value).split(/\s+/);
    // Articles of one text that several watches match may stand apart, and count once.
    const shown = new Set();
    stories.forEach((story, at) => {
      const data = story.dataset;
      const fits = has(data.watches, form.watch.value) && has(data.outlets, form.outlet.value)
        && has(data.languages, form.language.value) && words.every((word) => texts[at].includes(word));
      story.hidden = !fits;
      if (fits) shown.add(data.story);
    });
    for (const part of parts) part.hidden = !part.querySelector("article:not([hidden])");
    output.textContent = output.dataset.text.replace("{shown}", shown.size).replace("{all}", all);
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter.hidden = false;
  apply();
})();
