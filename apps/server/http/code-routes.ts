import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import type { CodeList } from '@mach/engine';
import type { FastifyInstance } from 'fastify';
import { type Doors, requireActor } from './auth.ts';

/** `GET /api/codes/{list}?q=&date=&limit=`: code lists as people type. */
export function codeRoutes(app: FastifyInstance, doors: Doors): void {
  const lists = new Map<string, CodeList>(
    doors.engine.modules.flatMap((m) => m.codes ?? []).map((list) => [list.list, list]),
  );

  app.get<{ Params: { list: string }; Querystring: Record<string, string | string[] | undefined> }>(
    '/api/codes/:list',
    async (request) => {
      const actor = await requireActor(doors, request);
      const list = lists.get(request.params.list);
      if (!list)
        throw refuse(
          404,
          'unknown-list',
          { vi: `Không có danh mục ${request.params.list}`, en: `There is no code list ${request.params.list}` },
          {
            remedy: {
              vi: `Các danh mục: ${[...lists.keys()].join(', ')}`,
              en: `Code lists: ${[...lists.keys()].join(', ')}`,
            },
          },
        );
      // What comes twice counts once.
      const one = (name: string): string | undefined => [request.query[name]].flat()[0];
      const [q = '', date, limit] = [one('q'), one('date'), one('limit')];
      if (date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date))
        throw refuse(
          400,
          'bad-date',
          { vi: 'date phải có dạng yyyy-MM-dd', en: 'date must be yyyy-MM-dd' },
          { field: 'date' },
        );
      const wanted = Number(limit ?? 20);
      if (!Number.isInteger(wanted) || wanted < 1 || wanted > 200)
        throw refuse(400, 'bad-limit', { vi: 'limit từ 1 đến 200', en: 'limit is from 1 to 200' }, { field: 'limit' });
      const day = date ?? localDate(doors.engine.clock.now().toISOString());
      try {
        return {
          rows: list.search({
            packs: doors.engine.packsOf(actor.tenant),
            q: q.slice(0, 200),
            date: day,
            limit: wanted,
          }),
        };
      } catch (error) {
        if (error instanceof RangeError)
          throw refuse(
            404,
            'no-edition',
            {
              vi: `Không có bản nào của danh mục có hiệu lực ngày ${day}`,
              en: `No edition of the list is in force on ${day}`,
            },
            { field: 'date' },
          );
        throw error;
      }
    },
  );
}
