import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PAPERS } from '@mach/administration/house/papers.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import { CASHIER_EXT } from '@mach/cashier/contract.ts';
import { queueNumberOf } from '@mach/encounter/contract.ts';
import { OutboxWorker, Reactions } from '@mach/engine';
import type { DocumentReference, Encounter, Invoice, Observation, Patient, Specimen } from '@mach/fhir/types.ts';
import { type Print, Printer, printJob } from '@mach/print';
import { plainText } from '@mach/print/testing/text.ts';
import { dateFollowers, runFollowers, simulate } from '@mach/simulation';
import { typeNumber } from '@mach/store';
import { officialName } from '@mach/vn/names.ts';
import { SID } from '@mach/vn/systems.ts';
import { seedDemoRecords } from '../demo.ts';
import { MODULES } from '../house.ts';
import { printSource } from '../print/source.ts';
import { PRINTS } from '../prints.ts';
import { type TestApp, testApp } from '../testing/app.ts';

const ARTIFACTS = resolve(import.meta.dirname, '../../../artifacts/print');

/** A hospital in which a day has been worked, through the real commands. */
async function hospital(
  t: TestContext,
): Promise<TestApp & { first(type: string, fits?: (r: never) => boolean): Promise<string> }> {
  const house = await testApp(t, MODULES);
  const { engine } = house;
  await seedDemoRecords(engine);
  const followers = { reactions: [new Reactions(engine, 1)], outboxes: [new OutboxWorker(engine, 1)] };
  dateFollowers(engine, followers);
  const report = await simulate({
    engine,
    tenant: 1,
    seed: 11,
    visits: 14,
    days: ['2026-11-18'],
    fixed: true,
    follow: () => runFollowers(engine, 1, followers),
  });
  assert.deepEqual(report.refusals, []);
  const first = async (type: string, fits: (r: never) => boolean = () => true): Promise<string> => {
    const { rows } = await engine.database.tenant(1).query<{ content: string }>({
      text: 'select content from record where tenant = mach_tenant() and type = $1 and not deleted order by id',
      values: [typeNumber(type)],
    });
    const found = rows.map((row) => JSON.parse(row.content)).find((r) => fits(r as never));
    assert.ok(found, `the day has no such ${type}`);
    return found.id;
  };
  return { ...house, first };
}

const named = (name: string): Print => {
  const found = PRINTS.find((print) => print.form.name === name);
  assert.ok(found);
  return found;
};

test('every form prints from the records of a worked day', async (t) => {
  const house = await hospital(t);
  const { engine, ask, first } = house;
  const printer = new Printer();
  t.after(() => printer.stop());
  mkdirSync(ARTIFACTS, { recursive: true });
  const doctor = await house.signIn(['doctor', 'cashier', 'lab-technician', 'reception']);
  const source = await printSource(engine, house.actor('doctor'));

  /** Through the door, and its text as the compiler has it. */
  const print = async (name: string, id: string): Promise<string> => {
    const answer = await house.app.inject({
      url: `/api/print/${name}/${id}.pdf`,
      headers: { authorization: `Bearer ${doctor}` },
    });
    assert.equal(answer.statusCode, 200, answer.body.slice(0, 500));
    assert.equal(answer.headers['content-type'], 'application/pdf');
    assert.match(String(answer.headers['content-disposition']), /^inline; filename="[A-Za-z0-9._-]+\.pdf"$/);
    assert.match(String(answer.headers['content-security-policy']), /frame-ancestors 'self'/);
    assert.equal(answer.rawPayload.subarray(0, 5).toString('latin1'), '%PDF-');
    writeFileSync(join(ARTIFACTS, `${name}.pdf`), answer.rawPayload);
    const one = named(name);
    const { data } = await one.fill(source, id);
    const { content } = await printer.print(printJob(one.form, data, source.now, 'svg'));
    writeFileSync(join(ARTIFACTS, `${name}.svg`), content);
    return plainText(Buffer.from(content).toString('utf8'));
  };
  /** Says which text is missing, for texts that lines may break. */
  const contains = (text: string, ...wanted: string[]): void => {
    const flat = text.replace(/\s+/g, '');
    for (const one of wanted) {
      assert.notEqual(one.trim(), '', 'an empty text stands on every paper');
      assert.ok(flat.includes(one.replace(/\s+/g, '')), `"${one}" is not on the paper:\n${text}`);
    }
  };

  await t.test('the prescription is what was signed', async () => {
    const id = await first(
      'DocumentReference',
      (r: DocumentReference) => r.identifier?.[0]?.system === SID.prescriptionCode,
    );
    const record = await source.read<DocumentReference>('DocumentReference', id);
    const signed = JSON.parse(Buffer.from(record.content[0]?.attachment.data ?? '', 'base64').toString('utf8'));
    const text = await print('outpatient.prescription', id);
    contains(text, 'ĐƠN THUỐC', signed.code, officialName(signed.patient.name), signed.prescriber.name);
    for (const d of signed.diagnoses) contains(text, d.text);
    assert.ok(signed.lines.length > 0);
    for (const line of signed.lines) {
      const zero = Number(line.quantity) < 10 ? '0' : '';
      contains(text, line.name, line.text, `Số lượng: ${zero}${line.quantity} ${line.unit}`);
    }
    contains(text, 'ĐÃ KÝ SỐ', 'Trang 1/');
  });

  await t.test('the receipt and the statement make the total of the invoice', async () => {
    const id = await first('Invoice', (r: Invoice) => r.status === 'balanced' && (r.lineItem?.length ?? 0) > 2);
    const invoice = await source.read<Invoice>('Invoice', id);
    const receipt = await print('cashier.receipt', id);
    contains(
      receipt,
      'PHIẾU THU',
      formatMoney(invoice.totalNet?.value ?? 0),
      formatMoney(invoice.totalGross?.value ?? 0),
    );
    const visit = invoice.extension
      ?.find((e) => e.url === CASHIER_EXT.encounter)
      ?.valueReference?.reference?.split('/')[1];
    assert.ok(visit);
    // The same paper by the visit as by the invoice.
    const statement = await print('cashier.statement', visit);
    contains(
      statement,
      'BẢNG KÊ CHI PHÍ KHÁM BỆNH',
      '01/KBCB',
      formatMoney(invoice.totalGross?.value ?? 0).slice(0, -2),
    );
  });

  await t.test('the result sheet has the validated values and no other', async () => {
    const id = await first(
      'Observation',
      (r: Observation) => r.status === 'final' && /ServiceRequest/.test(r.basedOn?.[0]?.reference ?? ''),
    );
    const result = await source.read<Observation>('Observation', id);
    const text = await print('lab.sheet', result.encounter?.reference?.split('/')[1] ?? '');
    contains(text, 'PHIẾU KẾT QUẢ XÉT NGHIỆM', result.code.text ?? '?', result.referenceRange?.[0]?.text ?? '');
  });

  await t.test('labels and tickets carry their codes and whose they are', async () => {
    const tube = await source.read<Specimen>(
      'Specimen',
      await first('Specimen', (r: Specimen) => r.status === 'available'),
    );
    const label = await print('lab.label', tube.id);
    const owner = await source.read<Patient>('Patient', tube.subject?.reference?.split('/')[1] ?? '');
    contains(label, tube.identifier?.[0]?.value ?? '?', officialName(owner.name?.[0]?.text ?? '?'));
    const visit = await source.read<Encounter>('Encounter', await first('Encounter'));
    const ticket = await print('reception.ticket', visit.id);
    const code = visit.identifier?.find((i) => i.system === SID.visitCode)?.value;
    contains(ticket, 'PHIẾU SỐ THỨ TỰ', queueNumberOf(visit) ?? '?', code ?? '?');
  });

  await t.test('the read is audited with what was read', async () => {
    await engine.audits.flush();
    const { rows } = await engine.database
      .tenant(1)
      .query<{ action: string; entities: string[]; patient: string | null }>({
        text: `select action, entities, patient from audit where tenant = mach_tenant() and action like 'print %'`,
      });
    assert.equal(rows.length, 6);
    for (const row of rows) {
      assert.ok(row.patient, row.action);
      assert.ok(row.entities.length > 0, row.action);
    }
  });

  await t.test('a desk prints on the paper of its own printer', async () => {
    const admin = await house.signIn(['administrator']);
    const machine = {
      name: 'Máy phiếu quầy 1',
      room: 'room-305',
      forms: [{ form: 'reception.ticket', paper: '58mm', copies: 2 }],
    };
    const printer = await ask('POST', '/api/commands/administration.set-printer', admin, machine, {
      'idempotency-key': 'set-the-first-printer',
    });
    assert.equal(printer.status, 200, printer.text);
    const list = await ask('GET', '/api/print', doctor);
    const { forms, printers } = list.body as {
      forms: { form: string; papers: string[] }[];
      printers: { name: string; place: string; forms: object }[];
    };
    assert.equal(forms.length, PRINTS.length);
    assert.ok(forms.every(({ papers }) => papers.every((paper) => (PAPERS as readonly string[]).includes(paper))));
    assert.deepEqual(
      printers.map(({ name, forms: own }) => [name, own]),
      [['Máy phiếu quầy 1', { 'reception.ticket': { paper: '58mm', copies: 2 } }]],
    );
    const visit = await first('Encounter');
    const on = (query: string) => ask('GET', `/api/print/reception.ticket/${visit}.pdf${query}`, doctor);
    assert.equal((await on('?paper=58mm&copies=2')).status, 200);
    assert.equal((await on('?paper=A4')).status, 422);
    assert.equal((await on('?copies=40')).status, 422);
    assert.equal((await house.app.inject({ url: '/api/print' })).statusCode, 401);
  });

  await t.test('who may not read it may not print it', async () => {
    const reception = await house.signIn(['reception']);
    const id = await first(
      'DocumentReference',
      (r: DocumentReference) => r.identifier?.[0]?.system === SID.prescriptionCode,
    );
    const refused = await ask('GET', `/api/print/outpatient.prescription/${id}.pdf`, reception);
    assert.equal(refused.status, 403);
    const nobody = await house.app.inject({ url: `/api/print/outpatient.prescription/${id}.pdf` });
    assert.equal(nobody.statusCode, 401);
    assert.equal((await ask('GET', '/api/print/outpatient.prescription/nothing.pdf', doctor)).status, 404);
    assert.equal((await ask('GET', '/api/print/no.such/1.pdf', doctor)).status, 404);
    assert.equal((await ask('GET', `/api/print/outpatient.prescription/${id}`, doctor)).status, 400);
  });
});
