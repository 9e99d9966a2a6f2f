/** QR texts of made-up cards, for tests. */
const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');

export interface Citizen {
  number: string;
  name: string;
  /** ddMMyyyy */
  born: string;
  sex: 'Nam' | 'Nữ';
  address: string;
}

export const LAN: Citizen = {
  number: '001164012345',
  name: 'TRẦN THỊ LAN',
  born: '14071964',
  sex: 'Nữ',
  address: 'Số 8, Phường Ba Đình, Hà Nội',
};

export const cccdQr = (who: Citizen): string =>
  [who.number, '', who.name, who.born, who.sex, who.address, '20112023'].join('|');

/** `to`: last day of the card, dd/MM/yyyy. */
export function bhytQr(
  who: Citizen,
  card: { number?: string; facility?: string; from?: string; to?: string; fiveYears?: string } = {},
): string {
  const born = `${who.born.slice(0, 2)}/${who.born.slice(2, 4)}/${who.born.slice(4)}`;
  return `${[
    card.number ?? 'GD4010116401234',
    hex(who.name),
    born,
    who.sex === 'Nam' ? '1' : '2',
    hex(who.address),
    card.facility ?? '01999',
    card.from ?? '01/01/2026',
    card.to ?? '31/12/2026',
    '01/01/2026',
    '01',
    '-',
    '4',
    card.fiveYears ?? '01/01/2020',
  ].join('|')}|$`;
}
