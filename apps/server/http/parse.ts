import { Problem } from '@mach/base/problem.ts';
import { schemaIssues } from '@mach/engine';
import type { z } from 'zod';

/** Checks a body against its schema. @throws Problem 422 with one issue a field */
export function parseBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw new Problem(422, schemaIssues(parsed.error));
  return parsed.data;
}
