import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/**
 * The built staff app at `/`, from a folder; an empty name is a server that shows none on purpose. Hashed files for ever,
 * the page itself never cached; any other path is the app's own.
 */
export async function staticRoutes(app: FastifyInstance, folder: string): Promise<void> {
  if (folder === '') return;
  if (!existsSync(join(folder, 'index.html'))) {
    app.log.warn(`the staff app is not built: ${folder} has no index.html`);
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    preCompressed: true,
    setHeaders: (response, path) => {
      response.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  // The boards on the walls have a page of their own, light enough for the weakest box behind a television.
  app.get('/tv', (_request, reply) => reply.header('cache-control', 'no-cache').sendFile('tv/index.html'));
  // The kiosk in the hall: a page of its own too, for a device that is signed in once.
  app.get('/kiosk', (_request, reply) => reply.header('cache-control', 'no-cache').sendFile('kiosk/index.html'));
  app.setNotFoundHandler((request, reply) => {
    const page = request.method === 'GET' && !/^\/(api|fhir|oauth2|metrics|healthz|assets)\b/.test(request.url);
    if (page) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    return reply.status(404).send({
      status: 404,
      issue: [
        {
          severity: 'error',
          code: 'not-found',
          text: { vi: 'Không có địa chỉ này', en: 'There is nothing at this address' },
        },
      ],
    });
  });
}
