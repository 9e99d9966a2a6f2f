import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Decimal } from '@mach/base/decimal.ts';
import { formatMoney } from '@mach/base/number-input.ts';
import {
  cancelInvoice,
  creditReturn,
  quote,
  refundDueOf,
  returnDeposit,
  type SettleInput,
  settle,
  takeDeposit,
} from '@mach/cashier/contract.ts';
import { receiptPrint } from '@mach/cashier/prints/receipt.ts';
import { type StatementPaper, statementPrint } from '@mach/cashier/prints/statement.ts';
import { insuredVisit, METFORMIN, visitToPay } from '@mach/cashier/testing.ts';
import { sentFile } from '@mach/claims/contract.ts';
import { claimOf, complete, get, house, tenant, weight } from '@mach/claims/testing/house.ts';
import { advancePrescription } from '@mach/encounter/contract.ts';
import { writeFixtures } from '@mach/encounter/testing.ts';
import type { DocumentReference, Invoice, Task } from '@mach/fhir/types.ts';
import { disagreements, readBalances, referringRecords } from '@mach/store';
import { printSource } from './print/source.ts';

type House = Awaited<ReturnType<typeof house>>['h'];
/** Money of a column, as papers write it. */
const plainMoney = (amount: Decimal): string => formatMoney(amount).replace(/\s₫$/, '');
const dong = (amount: Decimal): string => amount.toString();

const balance = async (h: House, account: string, ledger = 'money'): Promise<Decimal> =>
  (await readBalances(tenant(h), ledger, account)).find((one) => one.account === account)?.balance ?? Decimal.ZERO;

/** One amount of the summary of the newest file that was sent of a visit. */
async function summaryOf(h: House, encounter: string): Promise<(field: string) => Decimal> {
  const document = await get<DocumentReference>(
    h,
    'DocumentReference',
    sentFile(await claimOf(h, encounter))?.document ?? '',
  );
  const xml = Buffer.from(document.content[0]?.attachment.data ?? '', 'base64').toString('utf8');
  const one = /<LOAIHOSO>XML1<\/LOAIHOSO>\s*<NOIDUNGFILE>([^<]+)/.exec(xml)?.[1];
  assert.ok(one, xml.slice(0, 400));
  const table = Buffer.from(one, 'base64').toString('utf8');
  return (field) => {
    const found = new RegExp(`<${field}>([^<]*)</${field}>`).exec(table)?.[1];
    assert.ok(found !== undefined, field);
    return Decimal.of(found);
  };
}

/** The screen, the sealed invoice, the ledger, both papers and the claim: one set of numbers, to the đồng. */
async function agree(h: House, encounter: string, invoiceId: string, insurerBefore: Decimal): Promise<Invoice> {
  await h.settle();
  const invoice = await get<Invoice>(h, 'Invoice', invoiceId);
  const component = (of: NonNullable<Invoice['totalPriceComponent']>[number]) => of.amount?.value ?? 0;
  const source = await printSource(h.engine, h.actor('cashier'));
  const { data } = await statementPrint.fill(source, invoiceId);
  const paper = data as unknown as StatementPaper;
  const sum = (name: 'total' | 'insurer' | 'coPayment' | 'own') =>
    Decimal.sum(
      paper.sections.flatMap((section) =>
        section.lines.map((line) => Decimal.of(line[name].replaceAll('.', '').replace(',', '.'))),
      ),
    );
  assert.equal(plainMoney(sum('total')), paper.total);
  assert.equal(plainMoney(sum('insurer')), paper.insurer);
  const receipt = (await receiptPrint.fill(source, invoiceId)).data as unknown as { total: string; patient: string };
  assert.equal(receipt.total.replace(/\s₫$/, ''), paper.total);
  assert.equal(receipt.patient.replace(/\s₫$/, ''), paper.paid);

  const gross = Decimal.of(invoice.totalGross?.value ?? 0);
  assert.equal(paper.total, plainMoney(gross));
  assert.ok((invoice.totalPriceComponent ?? []).every((one) => component(one) >= 0));
  const insurer = (await balance(h, 'insurer:bhxh')).sub(insurerBefore);
  assert.equal(dong(insurer), dong(sum('insurer')), 'what the fund owes by the ledger is what it pays by the lines');
  assert.equal(dong(await balance(h, `patient:${encounter}`)), '0', 'nobody owes anything after the settlement');

  const xml = await summaryOf(h, encounter);
  assert.equal(dong(xml('T_TONGCHI_BV')), dong(sum('total')));
  assert.equal(dong(xml('T_BHTT')), dong(sum('insurer')));
  assert.equal(dong(xml('T_BNCCT')), dong(sum('coPayment')));
  assert.equal(dong(xml('T_BNTT')), dong(sum('own')));
  assert.deepEqual(await disagreements(tenant(h)), []);
  return invoice;
}

test('a day of odd amounts: screen, invoice, ledger, receipt, statement and claim say the same', async (t) => {
  const { h } = await house(t);
  const pay = async (encounter: string, payments: (due: number) => SettleInput['payments']) => {
    const bill = await h.send(quote, { encounter }, 'cashier');
    // What the patient pays on the screen is the sum of its lines, rounded once.
    const exact = Decimal.sum(bill.lines.map((line) => Decimal.of(line.patientPays)));
    assert.equal(dong(exact), dong(Decimal.of(bill.patientExact)));
    assert.equal(dong(exact.add(bill.rounding)), String(bill.patientTotal));
    return h.send(
      settle,
      { encounter, expectedPatientTotal: bill.patientTotal, payments: payments(bill.patientTotal) },
      'cashier',
    );
  };

  // A deposit larger than the bill: the bill takes its part, the rest goes back.
  const first = (await complete(h)).encounter;
  await h.send(takeDeposit, { encounter: first, amount: 1_234_567, method: 'cash' }, 'cashier');
  let insurer = await balance(h, 'insurer:bhxh');
  const one = await pay(first, (due) => [{ method: 'deposit', amount: due }]);
  assert.equal(one.depositLeft, 1_234_567 - one.patientTotal);
  await agree(h, first, one.invoice, insurer);
  await h.send(returnDeposit, { encounter: first, method: 'cash', expectedAmount: one.depositLeft }, 'cashier');
  assert.equal(dong(await balance(h, 'deposits')), '0');
  assert.equal(dong(await balance(h, 'cash:test-cashier')), String(one.patientTotal), 'the drawer holds the bill');

  // An odd number of pills, two ways of payment with an odd part, more cash than needed.
  const odd = await visitToPay(h, insuredVisit({ patient: 'hung', coverage: 'card-hung' }), {
    services: ['CT-NGUC'],
    drugs: [{ ...METFORMIN, perDose: '1', timesPerDay: 1, slots: { morning: '1' }, days: 7, quantity: '7' }],
  });
  await writeFixtures(h, { ...weight(odd), subject: { reference: 'Patient/hung' } });
  insurer = await balance(h, 'insurer:bhxh');
  const drawer = await balance(h, 'cash:test-cashier');
  const two = await pay(odd.encounter, (due) => [
    { method: 'qr', amount: 1 },
    { method: 'card', amount: 33_333 },
    { method: 'cash', amount: due },
  ]);
  assert.equal(two.change, 33_334, 'change out of cash only');
  await agree(h, odd.encounter, two.invoice, insurer);
  assert.equal(dong((await balance(h, 'cash:test-cashier')).sub(drawer)), String(two.patientTotal - 33_334));

  // Three pills come back: the bill, the fund's part, the papers and the file follow to the đồng.
  const [task] = await referringRecords(tenant(h), [{ param: 'Task.encounter', value: odd.encounter }]);
  const prescription = (task?.record.resource as Task | undefined)?.focus?.reference?.split('/')[1] ?? '';
  await h.send(advancePrescription, { prescription, to: 'dispensed' }, 'system');
  const [line] = await referringRecords(tenant(h), [{ param: 'MedicationRequest.encounter', value: odd.encounter }]);
  const source = `MedicationRequest/${line?.record.id ?? ''}`;
  const back = { encounter: odd.encounter, items: [{ source, quantity: '3' }], record: 'x/1', reason: 'Trả lại' };
  await h.send(creditReturn, back, 'system');
  const after = await agree(h, odd.encounter, two.invoice, insurer);
  assert.equal(dong(await balance(h, `refund:${odd.encounter}`)), String(-refundDueOf(after)));
  assert.ok(refundDueOf(after) > 0);

  // Cancelled, and settled anew: nothing is left of the first but its paper.
  const third = (await complete(h)).encounter;
  insurer = await balance(h, 'insurer:bhxh');
  const cash = await balance(h, 'cash:test-cashier');
  const wrong = await pay(third, (due) => [{ method: 'cash', amount: due }]);
  await h.settle();
  await h.send(cancelInvoice, { invoice: wrong.invoice, reason: 'Thu nhầm người' }, 'cashier');
  assert.equal(dong(await balance(h, 'cash:test-cashier')), dong(cash));
  assert.equal(dong(await balance(h, 'insurer:bhxh')), dong(insurer));
  const again = await pay(third, (due) => [{ method: 'card', amount: due }]);
  await agree(h, third, again.invoice, insurer);
});
