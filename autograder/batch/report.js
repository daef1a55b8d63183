(() => {
  const grid = document.getElementById("grid");
  if (!grid) return;
  const rows = [...grid.tBodies[0].rows];
  const heads = [...grid.tHead.rows[0].cells].filter((head) => head.className === "c");
  const form = document.createElement("form");
  const field = (text, control) => {
    const label = document.createElement("label");
    label.append(text, " ", control);
    form.append(label);
    return control;
  };
  const words = field("Find", Object.assign(document.createElement("input"), { type: "search" }));
  const failed = field("Show", document.createElement("select"));
  failed.append(new Option("everybody", ""));
  heads.forEach((head) => failed.append(new Option("who failed " + head.textContent, head.cellIndex)));
  const said = form.appendChild(document.createElement("output"));
  const filter = () => {
    const wanted = words.value.trim().toLowerCase();
    let left = 0;
    for (const row of rows) {
      // One wide cell stands for all cases where there was nothing to grade.
      const cell = row.cells[Math.min(failed.value, row.cells.length - 1)];
      const fits = row.cells[0].textContent.toLowerCase().includes(wanted);
      row.hidden = !fits || (failed.value !== "" && !cell.querySelector("a:not(.p), b"));
      left += row.hidden ? 0 : 1;
    }
    said.textContent = left + " of " + rows.length;
  };
  form.className = "filter";
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  grid.parentElement.before(form);
  filter();
})();
