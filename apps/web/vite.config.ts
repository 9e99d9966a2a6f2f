import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Vietnamese text needs both files at once: without a preload half of the letters would change their shape late. */
function preloadFonts(): Plugin {
  return {
    name: 'mach-preload-fonts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((file) => /inter-(latin|vietnamese)-wght-normal.*\.woff2$/.test(file))
          .map((file) => ({
            tag: 'link',
            injectTo: 'head' as const,
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${file}` },
          })),
    },
  };
}

/** `.br` and `.gz` beside every text file, so that the server compresses nothing while it serves. */
function precompress(): Plugin {
  return {
    name: 'mach-precompress',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const file of Object.keys(bundle)) {
        if (!/\.(js|css|svg)$/.test(file)) continue;
        const path = join(dir, file);
        const content = readFileSync(path);
        if (content.length < 1024) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** Files of the boards and kiosks: they have no worker and keep nothing. */
const OTHER_PAGES = /^(tv|kiosk)\/|^assets\/(tv|kiosk)-/;
/** Old forms of fonts that no browser of ours asks for would double what a desk has to fetch. */
const KEPT = /\.(js|css|html|svg|woff2|wasm)$/;

/** `worker.js`: the service worker with the list of the files that it keeps; its version is the hash of that list. */
function serviceWorker(): Plugin {
  return {
    name: 'mach-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const hash = createHash('sha256');
        const built = Object.entries(bundle)
          .filter(([file]) => KEPT.test(file) && !OTHER_PAGES.test(file))
          .sort(([a], [b]) => (a < b ? -1 : 1));
        for (const [file, one] of built) hash.update(file).update(one.type === 'asset' ? one.source : one.code);
        const folder = join(import.meta.dirname, 'public');
        const fixed = readdirSync(folder).filter((file) => KEPT.test(file));
        for (const file of fixed) hash.update(file).update(readFileSync(join(folder, file)));
        const files = [...built.map(([file]) => file), ...fixed].map((file) => `/${file}`);
        const source = stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'offline/worker.ts'), 'utf8'));
        const head = `const VERSION = ${JSON.stringify(hash.digest('hex').slice(0, 16))};\nconst FILES = ${JSON.stringify(files)};\n`;
        this.emitFile({ type: 'asset', fileName: 'worker.js', source: `(() => {\n${head}${source}\n})();\n` });
      },
    },
  };
}

const server = process.env.MACH_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), preloadFonts(), serviceWorker(), precompress()],
  resolve: { dedupe: ['react', 'react-dom', '@tanstack/react-query'] },
  build: {
    target: ['chrome114', 'firefox125', 'safari17'],
    outDir: 'dist',
    rolldownOptions: {
      input: ['index.html', 'tv/index.html', 'kiosk/index.html'].map((page) => join(import.meta.dirname, page)),
    },
    // Nothing inlined: the content policy allows no data: fonts, and files are cached for ever.
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: true,
  },
  // The folder `api/` of this app is served by Vite itself, the addresses under /api by the server.
  server: { proxy: { '^/api/(?!.+\\.ts)': server, '/fhir': server, '/healthz': server } },
});
