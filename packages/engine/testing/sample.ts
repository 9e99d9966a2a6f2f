import { Decimal } from '@mach/base/decimal.ts';
import { refuse } from '@mach/base/problem.ts';
import type { Observation, Patient } from '@mach/fhir/types.ts';
import { count, instant, is, last, number, text, type ViewDefinition } from '@mach/store';
import { z } from 'zod';
import { commandRef, commands, defineCommand, defineModule, reaction } from '../index.ts';

/** A small module of people, values, and money: what the engine's own tests work with. */
export const people: ViewDefinition = {
  name: 'sample.people',
  kind: 'live',
  base: 'Patient',
  where: is('active', 'true'),
  children: { seen: { type: 'Observation', path: 'subject.reference', param: 'Observation.subject' } },
  columns: {
    name: text('name.text', { indexed: true }),
    gender: text('gender'),
    born: text('birthDate'),
    measured: number(count('seen')),
    final: number(count('seen', is('status', 'final'))),
    last: number(last('seen', 'valueQuantity.value', 'effectiveDateTime')),
    at: instant(last('seen', 'effectiveDateTime', 'effectiveDateTime')),
  },
};
export const values: ViewDefinition = {
  name: 'sample.values',
  kind: 'live',
  base: 'Observation',
  joins: { patient: { type: 'Patient', path: 'subject.reference', param: 'Observation.subject' } },
  columns: { status: text('status'), value: number('valueQuantity.value'), name: text('$patient.name.text') },
};

export const add = commandRef<{ name: string }, { patient: string }>('sample.add');
export const measure = commandRef<{ patient: string; value: number; status?: string }, { observation: string }>(
  'sample.measure',
);
export const rename = commandRef<{ patient: string; name: string; active: boolean }, null>('sample.rename');
export const pay = commandRef<{ from: string; to: string; amount: string }, null>('sample.pay');
export const note = commandRef<{ patient: string }, null>('sample.note');
export const noted: string[] = [];

export const sample = defineModule({
  name: 'sample',
  title: { vi: 'Mẫu', en: 'Sample' },
  roles: { tester: ['sample.use'], reader: ['sample.read'], system: ['sample.use'] },
  views: [
    { definition: people, permission: 'sample.use', title: { vi: 'Người', en: 'People' }, sort: 'name' },
    { definition: values, permission: 'sample.use', title: { vi: 'Trị', en: 'Values' } },
  ],
  reactions: [
    reaction({
      name: 'sample.on-added',
      event: 'sample.added',
      command: note,
      input: (e) => ({ patient: String(e.payload.patient) }),
      roles: ['system'],
    }),
  ],
  commands: commands(
    defineCommand({
      name: 'sample.add',
      kind: 'intent',
      permission: 'sample.use',
      title: { vi: 'Thêm', en: 'Add' },
      input: z.strictObject({ name: z.string().min(1) }),
      async handle(input, ctx) {
        const patient = ctx.create<Patient>({ resourceType: 'Patient', active: true, name: [{ text: input.name }] });
        ctx.emit('sample.added', { patient: patient.id });
        return { patient: patient.id };
      },
    }),
    defineCommand({
      name: 'sample.measure',
      kind: 'fact',
      permission: 'sample.use',
      title: { vi: 'Đo', en: 'Measure' },
      input: z.strictObject({ patient: z.string(), value: z.number(), status: z.string().default('final') }),
      async handle(input, ctx) {
        await ctx.read<Patient>('Patient', input.patient);
        if (input.value > 900) throw refuse(422, 'too-high', { vi: 'Quá cao', en: 'Too high' }, { field: 'value' });
        const observation = ctx.create<Observation>({
          resourceType: 'Observation',
          status: input.status as 'final',
          code: { text: 'x' },
          subject: { reference: `Patient/${input.patient}` },
          effectiveDateTime: ctx.performedAt,
          valueQuantity: { value: input.value },
        });
        return { observation: observation.id };
      },
    }),
    defineCommand({
      name: 'sample.rename',
      kind: 'intent',
      permission: 'sample.use',
      title: { vi: 'Đổi tên', en: 'Rename' },
      input: z.strictObject({ patient: z.string(), name: z.string(), active: z.boolean() }),
      async handle(input, ctx) {
        const patient = await ctx.read<Patient>('Patient', input.patient);
        ctx.update<Patient>({ ...patient, active: input.active, name: [{ text: input.name }] });
        return null;
      },
    }),
    defineCommand({
      name: 'sample.pay',
      kind: 'intent',
      permission: 'sample.use',
      title: { vi: 'Chuyển', en: 'Pay' },
      input: z.strictObject({ from: z.string(), to: z.string(), amount: z.string() }),
      async handle(input, ctx) {
        const account = (name: string) => ({
          ledger: 'money',
          account: name,
          unit: 'VND',
          floor: name === 'world' ? null : '0',
        });
        ctx.post([
          {
            ledger: 'money',
            from: account(input.from),
            to: account(input.to),
            amount: Decimal.of(input.amount),
            reason: 'test',
          },
        ]);
        return null;
      },
    }),
    defineCommand({
      name: 'sample.note',
      kind: 'fact',
      permission: 'sample.use',
      title: { vi: 'Ghi', en: 'Note' },
      input: z.strictObject({ patient: z.string() }),
      async handle(input) {
        noted.push(input.patient);
        return null;
      },
    }),
  ),
});
