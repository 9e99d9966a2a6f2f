import { load } from './lib/http.ts';
import { cardOf, VITALS } from './lib/people.ts';
import { report, spread } from './lib/report.ts';
import { type BenchServer, startServer } from './lib/server.ts';

const CLIENTS = 8;
const WARM = 40;
const VISITS = 400;

type Send = <R>(who: keyof Staff, name: string, input: unknown) => Promise<R>;

interface Staff {
  desk: string;
  nurse: string;
  doctor: string;
  lab: string;
  cashier: string;
  pharmacist: string;
}

interface Placed {
  orders: { order: string; service: string }[];
}

/**
 * One whole visit, from the card to the bag of drugs: what each member of the staff sends, in order. The two tests are
 * drawn, received, entered and validated; nothing is skipped and nothing is sent twice.
 */
export async function visit(send: Send, index: number): Promise<void> {
  const { encounter, patient, patientCode } = await send<{ encounter: string; patient: string; patientCode: string }>(
    'desk',
    'reception.checkIn',
    { cccdQr: cardOf(index), person: { noPhone: true }, room: 'room-305', reason: 'Khám tăng huyết áp', payer: 'fee' },
  );
  await send('nurse', 'outpatient.recordVitals', { encounter, ...VITALS });
  await send('nurse', 'outpatient.recordAllergies', { patient, encounter, none: true });
  await send('doctor', 'encounter.startExam', { encounter });
  const sections = { reason: 'Tái khám', history: 'THA 5 năm, uống thuốc đều.', exam: 'Tim đều, phổi trong.' };
  await send('doctor', 'outpatient.saveNote', { encounter, sections });
  const { orders } = await send<Placed>('doctor', 'outpatient.order', {
    encounter,
    items: [{ service: 'GLU' }, { service: 'CREA' }],
  });
  const { tubes } = await send<{ tubes: { code: string }[] }>('lab', 'lab.collectSpecimen', {
    orders: orders.map((o) => o.order),
    patient: patientCode,
    readBack: 'birth-date',
    fasting: true,
  });
  for (const { code } of tubes.filter((t) => t.code !== ''))
    await send('lab', 'lab.receiveSpecimen', { specimen: code });
  const values: Record<string, unknown> = { GLU: { item: 'GLU', value: '5,4' }, CREA: { item: 'CREA', value: '78' } };
  for (const { order, service } of orders) {
    await send('lab', 'lab.enterResults', { order, patient: patientCode, values: [values[service]] });
    await send('lab', 'lab.validateResults', { order });
  }
  await send('doctor', 'encounter.startExam', { encounter });
  await send('doctor', 'outpatient.markSeen', { orders: orders.map((o) => o.order) });
  await send('doctor', 'outpatient.saveNote', { encounter, sections: { plan: 'Tiếp tục thuốc, hẹn 1 tháng.' } });
  await send('doctor', 'outpatient.diagnose', {
    encounter,
    diagnoses: [{ code: 'I10', principal: true }, { code: 'E78.5' }],
  });
  const { prescriptions } = await send<{ prescriptions: { prescription: string }[] }>(
    'doctor',
    'outpatient.prescribe',
    {
      encounter,
      lines: [
        { drug: 'amlodipin-5-mg-v', slots: { morning: '1' }, days: 28 },
        { drug: 'paracetamol-500-mg-v', perDose: '1', timesPerDay: 2, days: 5, meal: 'after' },
      ],
    },
  );
  await send('doctor', 'outpatient.finish', { encounter, outcome: 'home' });
  const bill = await send<{ patientTotal: number }>('cashier', 'cashier.quote', { encounter });
  await send('cashier', 'cashier.settle', {
    encounter,
    expectedPatientTotal: bill.patientTotal,
    payments: bill.patientTotal > 0 ? [{ method: 'cash', amount: bill.patientTotal }] : [],
  });
  for (const { prescription } of prescriptions)
    await send('pharmacist', 'pharmacy.dispense', { prescription, patient: patientCode, counselled: true });
}

export async function staffOf({ client }: BenchServer): Promise<Staff> {
  const names = ['tiepdon', 'dieuduong', 'bacsi', 'xetnghiem', 'thungan', 'duocsi'];
  const [desk = '', nurse = '', doctor = '', lab = '', cashier = '', pharmacist = ''] = await Promise.all(
    names.map((name) => client.signIn(name)),
  );
  // Cash is taken in a shift; one that is open already stays so.
  await client.command(cashier, 'cashier.openShift', { float: 500_000 }, `shift-${Date.now()}`).catch((error) => {
    if (!/: 409 /.test(String(error))) throw error;
  });
  return { desk, nurse, doctor, lab, cashier, pharmacist };
}

/** Whole visits a second, each command a request of its own, and what the server holds in memory after them. */
export async function visits(count = VISITS): Promise<void> {
  const server = await startServer();
  try {
    const staff = await staffOf(server);
    const memory = server.memory();
    let commands = 0;
    const times = new Map<string, number[]>();
    const run = (from: number, measured: boolean) => async (index: number) => {
      let step = 0;
      await visit(async (who, name, input) => {
        const begun = performance.now();
        const result = await server.client.command(staff[who], name, input, `visit-${from + index}-${++step}`);
        if (measured) {
          commands++;
          times.set(name, [...(times.get(name) ?? []), performance.now() - begun]);
        }
        return result as never;
      }, from + index);
    };
    const warm = await load(WARM, CLIENTS, run(0, false));
    if (warm.errors > 0) throw new Error(`a visit was refused: ${warm.firstError}`);
    const done = await load(count, CLIENTS, run(WARM, true));
    if (done.firstError) process.stderr.write(`${done.firstError}\n`);
    const all = [...times.values()].flat();
    report({
      name: `whole visit (${(commands / done.times.length).toFixed(0)} commands), ${CLIENTS} clients`,
      value: done.times.length / done.seconds,
      unit: '/s',
      ratio_to_limit: null,
      n: done.times.length,
      errors: done.errors,
      ...spread(done.times),
    });
    report({
      name: 'commands of those visits',
      value: commands / done.seconds,
      unit: '/s',
      ratio_to_limit: null,
      n: all.length,
      errors: 0,
      ...spread(all),
    });
    for (const [name, list] of [...times].sort((a, b) => spread(b[1]).p50 - spread(a[1]).p50))
      report({
        name,
        value: spread(list).p50,
        unit: 'ms',
        ratio_to_limit: null,
        n: list.length,
        errors: 0,
        ...spread(list),
      });
    report({ name: 'server memory at start', value: memory, unit: 'MiB', ratio_to_limit: null, n: 1, errors: 0 });
    report({
      name: `server memory after ${WARM + count} visits`,
      value: server.memory(),
      unit: 'MiB',
      ratio_to_limit: null,
      n: 1,
      errors: 0,
    });
  } finally {
    await server.stop();
  }
}
