// TeX to MathML for make.py: reads {"macros": {...}, "formulas": [["inline" or "block", TeX], ...]}, writes a list.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const temml = (await import(pathToFileURL(process.argv[2]))).default;
const { macros, formulas } = JSON.parse(readFileSync(0, "utf8"));
const rendered = formulas.map(([mode, tex]) =>
  // `trust` lets \class through: the text is ours.
  temml.renderToString(tex, { displayMode: mode === "block", macros: { ...macros }, throwOnError: true, trust: true }),
);
process.stdout.write(JSON.stringify(rendered));
