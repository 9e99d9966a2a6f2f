import type { FastifyInstance } from 'fastify';
import type { Doors } from './auth.ts';

/** What the screens of the administration read. Changes go through the commands of the module. */
export function administrationRoutes(_app: FastifyInstance, _doors: Doors): void {}
