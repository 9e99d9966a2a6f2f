import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const session = {
  user: {
    name: 'BS Nguyễn Hoàng An',
    account: 'bacsi',
    roles: ['doctor'],
    permissions: ['workbench'],
    practitioner: 'an',
  },
  facility: { name: 'BV Mẫu', code: '01001', mode: 'demo' },
};

/** Answers the session door from memory, so that the sign-in page can be seen. */
function fixtureSession(): Plugin {
  return {
    name: 'workbench-session',
    configureServer(server) {
      server.middlewares.use('/api/session', (request, response) => {
        const inside = request.headers.cookie?.includes('workbench=1');
        response.setHeader('content-type', 'application/json');
        if (request.method === 'POST') response.setHeader('set-cookie', 'workbench=1; path=/');
        if (request.method === 'DELETE') response.setHeader('set-cookie', 'workbench=; path=/; max-age=0');
        response.statusCode = request.method === 'GET' && !inside ? 401 : 200;
        response.end(JSON.stringify(response.statusCode === 200 ? session : { status: 401, issue: [] }));
      });
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  publicDir: '../public',
  plugins: [react(), fixtureSession()],
  resolve: { dedupe: ['react', 'react-dom', '@tanstack/react-query'] },
  server: { port: 5178, host: '127.0.0.1', fs: { allow: ['../../..'] } },
});
