import { refuse } from '@mach/base/problem.ts';
import type { Actor } from '@mach/engine';
import { requirePatient } from '@mach/engine/policy/row-guard.ts';
import { MOST_COPIES, type Print, Printer, type PrintOn, printJob } from '@mach/print';
import type { FastifyInstance } from 'fastify';
import { desksOf } from '../print/desks.ts';
import { printSource } from '../print/source.ts';
import { PRINTS } from '../prints.ts';
import { type Doors, originOf, requireActor } from './auth.ts';

/**
 * The paper may stand in a frame of our own pages, to be sent to the printer from there. Nothing else is said: rules for
 * scripts and objects would fall on the browser's own viewer, and a PDF of ours holds neither.
 */
const POLICY = "frame-ancestors 'self'";

interface Asked {
  Params: { form: string; file: string };
  Querystring: { paper?: string; copies?: string };
}

/**
 * `GET /api/print/{form}/{id}.pdf`: a form, filled from the records as they stand now; `?paper=58mm&copies=2` as the
 * printer of the desk wants it. `GET /api/print`: the forms with their papers, and which printer of which desk takes what.
 */
export function printRoutes(app: FastifyInstance, doors: Doors): void {
  const forms = new Map(PRINTS.map((print) => [print.form.name, print]));
  const printer = new Printer();
  app.addHook('onClose', () => printer.stop());

  app.get('/api/print', async (request, reply) => {
    const actor = await requireActor(doors, request);
    reply.header('cache-control', 'no-store');
    return {
      forms: PRINTS.map(({ form: { name, title, papers } }) => ({ form: name, title, papers })),
      printers: await desksOf(doors.engine, actor.tenant),
    };
  });

  app.get<Asked>('/api/print/:form/:file', async (request, reply) => {
    const actor = await requireActor(doors, request);
    const print = forms.get(request.params.form);
    if (!print) throw unknownForm(request.params.form, [...forms.keys()]);
    const id = /^([A-Za-z0-9.-]{1,64})\.pdf$/.exec(request.params.file)?.[1];
    if (id === undefined) throw badFile();
    requireRight(doors, actor, print);
    const on = wantedOn(print, request.query);
    const source = await printSource(doors.engine, actor);
    const { data, patient, file } = await print.fill(source, id);
    await requirePatient(doors.engine, actor, print.permissions, patient ?? null);
    const { content } = await printer.print(printJob(print.form, data, source.now, 'pdf', on));
    await doors.engine.audits.read(actor, `print ${print.form.name}`, source.now, {
      patient,
      entities: source.entities,
      origin: originOf(request),
    });
    return reply
      .type('application/pdf')
      .headers({
        'content-disposition': `inline; filename="${file.replace(/[^A-Za-z0-9._-]/g, '_')}.pdf"`,
        'cache-control': 'no-store',
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      })
      .send(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  });
}

/** @throws Problem 422 for a paper that the form cannot stand on, and for copies that nobody means. */
function wantedOn({ form }: Print, { paper, copies = '1' }: Asked['Querystring']): PrintOn {
  const known = form.papers.find((one) => one === paper);
  if (paper !== undefined && known === undefined)
    throw refuse(
      422,
      'unknown-paper',
      { vi: `${form.title.vi} không in được trên khổ ${paper}`, en: `${form.title.en} cannot stand on ${paper}` },
      { field: 'paper', remedy: { vi: `Các khổ: ${form.papers.join(', ')}`, en: `Papers: ${form.papers.join(', ')}` } },
    );
  if (!/^[1-9]$/.test(copies))
    throw refuse(
      422,
      'copies',
      { vi: `Số bản phải từ 1 đến ${MOST_COPIES}`, en: `Between 1 and ${MOST_COPIES} copies` },
      { field: 'copies' },
    );
  return { paper: known, copies: Number(copies) };
}

/** @throws Problem 403 that names the first right and who has it. */
function requireRight(doors: Doors, actor: Actor, print: Print): void {
  const { policy } = doors.engine;
  if (!print.permissions.some((permission) => policy.may(actor, permission)))
    policy.require(actor, print.permissions[0]);
}

const unknownForm = (name: string, known: readonly string[]) =>
  refuse(
    404,
    'unknown-form',
    { vi: `Không có mẫu in ${name}`, en: `There is no form ${name}` },
    { remedy: { vi: `Các mẫu: ${known.join(', ')}`, en: `Forms: ${known.join(', ')}` } },
  );

const badFile = () =>
  refuse(400, 'bad-file', {
    vi: 'Địa chỉ phải có dạng {mã}.pdf',
    en: 'The address must end in {id}.pdf',
  });
