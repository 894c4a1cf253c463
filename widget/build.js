/**
 * Makes widget/meldwijzer.js, the one file that a page loads: `npm ci && npm run build` in this folder.
 *
 * The result is kept in git, so that the assistant runs without Node.js; a test makes it again and compares.
 * Style sheets become strings, without the spaces that CSS does not need.
 */

import { readFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: "safari16.4" });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

await build({
  entryPoints: ["src/meldwijzer.js"],
  outfile: process.argv[2] ?? "meldwijzer.js",
  bundle: true,
  charset: "utf8",
  format: "esm",
  legalComments: "none",
  minify: true,
  plugins: [styles],
  target: ["chrome111", "firefox113", "safari16.4"],
});
