// Builds what the server embeds: not minified, with stable names and a chunk for each page, so that the built files can
// be read, reviewed and merged, and so that a build says whether they are those of the source.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const OUT = '../crates/server/console';
const SERVER = process.env.WARDLINE_SERVER ?? 'http://127.0.0.1:8080';

/** Writes the list of files that the server's build includes. */
function listOfFiles() {
  return {
    name: 'list-of-files',
    apply: 'build',
    writeBundle() {
      const files = readdirSync(OUT, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'files.inc')
        .map((entry) => join(entry.parentPath, entry.name).slice(join(OUT, '/').length))
        .sort();
      const lines = files.map((file) => `    "${file}"`).join('\n');
      writeFileSync(join(OUT, 'files.inc'), `// Written by \`npm run build\` in console/.\nfiles! {\n${lines}\n}\n`);
    },
  };
}

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [listOfFiles()],
  publicDir: 'public',
  build: {
    outDir: OUT,
    emptyOutDir: true,
    minify: false,
    cssMinify: false,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
        codeSplitting: {
          groups: [{ name: 'base', test: /src[\\/](ui|api|app|texts)|node_modules[\\/]preact/ }],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/readyz', '/healthz'].map((path) => [path, { target: SERVER }])),
  },
});
