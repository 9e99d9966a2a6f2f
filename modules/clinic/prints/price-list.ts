import { join } from 'node:path';
import { formatDate } from '@mach/base/time.ts';
import type { ChargeItemDefinition, List, Organization } from '@mach/fhir/types.ts';
import { definePrint, type Letterhead, type PrintForm, type PrintSource, plainMoney } from '@mach/print';
import { LICENCE, listedIds, PRICE_LIST } from '../records.ts';

/** The posted price list of the clinic (A4). Money is shown text. */
export type PriceListPaper = {
  title: string;
  letterhead: Letterhead;
  licence: string;
  day: string;
  groups: { name: string; rows: { name: string; unit: string; price: string }[] }[];
};

const form: PrintForm<PriceListPaper> = {
  name: 'clinic.prices',
  title: { vi: 'Bảng giá niêm yết', en: 'Posted price list' },
  papers: ['A4', 'A5'],
  template: join(import.meta.dirname, 'price-list.typ'),
};

async function fill(source: PrintSource, id: string) {
  const house = await source.read<Organization>('Organization', id);
  const list = await source.find<List>('List', PRICE_LIST);
  const prices: ChargeItemDefinition[] = [];
  for (const one of list ? listedIds(list) : [])
    prices.push(await source.read<ChargeItemDefinition>('ChargeItemDefinition', one));
  const rows = prices
    .filter((one) => one.status === 'active')
    .map((one) => ({
      drug: one.code?.coding?.[0]?.system?.endsWith('/drug') === true,
      name: one.title ?? '',
      unit: one.code?.text ?? '',
      price: plainMoney(one.propertyGroup?.[0]?.priceComponent?.[0]?.amount?.value ?? 0),
    }));
  const group = (name: string, drug: boolean): PriceListPaper['groups'] => {
    const own = rows
      .filter((row) => row.drug === drug)
      .map(({ name: text, unit, price }) => ({ name: text, unit, price }));
    return own.length === 0 ? [] : [{ name, rows: own }];
  };
  const paper: PriceListPaper = {
    title: 'BẢNG GIÁ DỊCH VỤ KHÁM BỆNH, CHỮA BỆNH',
    letterhead: source.letterhead,
    licence: house.identifier?.find((i) => i.system === LICENCE)?.value ?? '',
    day: formatDate(source.now),
    groups: [...group('Dịch vụ', false), ...group('Thuốc', true)],
  };
  return { data: paper, patient: null, file: 'bang-gia' };
}

export const priceListPrint = definePrint<PriceListPaper>({ form, permissions: ['clinic.work'], fill });
