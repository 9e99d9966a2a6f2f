import type { FastifyReply } from 'fastify';
import type { FhirCall } from '../exchange.ts';

/** What the address names. */
export type Place = Record<'type' | 'id' | 'version', string>;
/** The work of one operation. */
export type Run = (call: FhirCall, reply: FastifyReply, at: Place) => Promise<FastifyReply>;

/** Serves an operation below `/fhir/`: methods, address, work. */
export type Route = (methods: string, url: string, run: Run) => void;
