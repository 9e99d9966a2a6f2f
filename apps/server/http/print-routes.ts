import { refuse } from '@mach/base/problem.ts';
import type { Actor } from '@mach/engine';
import { requirePatient } from '@mach/engine/policy/row-guard.ts';
import { type Print, Printer, printJob } from '@mach/print';
import type { FastifyInstance } from 'fastify';
import { printSource } from '../print/source.ts';
import { PRINTS } from '../prints.ts';
import { type Doors, originOf, requireActor } from './auth.ts';

/**
 * The paper may stand in a frame of our own pages, to be sent to the printer from there. Nothing else is said: rules for
 * scripts and objects would fall on the browser's own viewer, and a PDF of ours holds neither.
 */
const POLICY = "frame-ancestors 'self'";

/** `GET /api/print/{form}/{id}.pdf`: a form, filled from the records as they stand now. */
export function printRoutes(app: FastifyInstance, doors: Doors): void {
  const forms = new Map(PRINTS.map((print) => [print.form.name, print]));
  const printer = new Printer();
  app.addHook('onClose', () => printer.stop());

  app.get<{ Params: { form: string; file: string } }>('/api/print/:form/:file', async (request, reply) => {
    const actor = await requireActor(doors, request);
    const print = forms.get(request.params.form);
    if (!print) throw unknownForm(request.params.form, [...forms.keys()]);
    const id = /^([A-Za-z0-9.-]{1,64})\.pdf$/.exec(request.params.file)?.[1];
    if (id === undefined) throw badFile();
    requireRight(doors, actor, print);
    const source = await printSource(doors.engine, actor);
    const { data, patient, file } = await print.fill(source, id);
    await requirePatient(doors.engine, actor, print.permissions, patient ?? null);
    const { content } = await printer.print(printJob(print.form, data, source.now, 'pdf'));
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
