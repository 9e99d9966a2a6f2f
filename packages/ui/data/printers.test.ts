import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printAddress } from './print.ts';
import { type DeskPrinter, printerFor } from './printers.ts';

const printer = (id: string, room: string, ...forms: string[]): DeskPrinter => ({
  id,
  name: id,
  place: room,
  room,
  forms: Object.fromEntries(forms.map((form) => [form, { paper: '80mm', copies: 1 }])),
});
const till1 = printer('till-1', 'q1', 'cashier.receipt', 'cashier.deposit');
const till2 = printer('till-2', 'q2', 'cashier.receipt', 'cashier.deposit');
const laser = printer('laser', 'q1', 'cashier.statement');
const all = [till1, till2, laser];

test('a form goes where this device was told, then to its place, then to the only printer that takes it', () => {
  const to = (form: string, desk: object) => printerFor(all, form, { forms: {}, ...desk })?.id;
  assert.equal(to('cashier.receipt', {}), undefined, 'two could, nobody has said');
  assert.equal(to('cashier.statement', {}), 'laser');
  assert.equal(to('cashier.receipt', { place: 'q2' }), 'till-2');
  assert.equal(to('cashier.receipt', { place: 'q2', forms: { 'cashier.receipt': 'till-1' } }), 'till-1');
  assert.equal(to('cashier.receipt', { place: 'q2', forms: { 'cashier.receipt': 'gone' } }), 'till-2', 'removed since');
  assert.equal(to('lab.label', { place: 'q1' }), undefined);
});

test('the paper and the copies of the printer stand in the address', () => {
  assert.equal(printAddress('cashier.receipt', 'i1'), '/api/print/cashier.receipt/i1.pdf');
  assert.equal(
    printAddress('cashier.receipt', 'i1', { paper: '58mm', copies: 2 }),
    '/api/print/cashier.receipt/i1.pdf?paper=58mm&copies=2',
  );
});
