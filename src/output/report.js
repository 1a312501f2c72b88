"use strict";
(() => {
  const form = document.getElementById("filter");
  const output = form.querySelector("output");
  const stories = [...document.querySelectorAll("article")];
  const texts = stories.map((story) => story.textContent.toLowerCase());
  const has = (list, one) => one === "" || list.split(" ").includes(one);
  const apply = () => {
    const words = form.text.value.toLowerCase().split(/\s+/);
    let shown = 0;
    stories.forEach((story, at) => {
      const data = story.dataset;
      const fits = has(data.watch, form.watch.value) && has(data.outlets, form.outlet.value)
        && has(data.languages, form.language.value) && words.every((word) => texts[at].includes(word));
      story.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    output.textContent = output.dataset.text.replace("{shown}", shown).replace("{all}", stories.length);
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
