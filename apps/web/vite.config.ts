import { readFileSync, writeFileSync } from 'node:fs';
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

const server = process.env.MACH_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), preloadFonts(), precompress()],
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
