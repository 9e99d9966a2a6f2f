/** The portal's answer about a card, in the words of the house. Pure. */
import { foldText } from '@mach/base/fold.ts';
import { formatDate, parseDateVi } from '@mach/base/time.ts';
import { codesOf, type ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import { records, type Table, textCell } from '@mach/vn/codes/pack.ts';
import type { CheckCardResult } from '../contract.ts';
import type { PortalAnswer } from './client.ts';

type Action = NonNullable<CheckCardResult['action']>;
const ACTIONS: readonly string[] = ['ok', 'use-new', 'fix', 'refused', 'retry'];

/** Answers by which the portal says nothing about the card. */
const isSilence = (action: Action): boolean => action === 'retry';

/** `dd/MM/yyyy` as the portal takes dates; a year alone stays a year. */
export const portalDate = (date: string): string => (date.length === 4 ? date : formatDate(date));

export function cardResult(
  asked: { name: string; birthDate: string },
  answer: PortalAnswer | undefined,
  lists: ListsPack,
  at: string,
): CheckCardResult {
  const silent: CheckCardResult = {
    status: 'unverified',
    code: null,
    text: {
      vi: 'Cổng BHXH không trả lời: chưa xác thực, sẽ tra cứu lại.',
      en: 'The portal is silent: not verified, it will be asked again.',
    },
    action: null,
    checkedAt: at,
    differences: [],
    history: [],
  };
  if (!answer?.said) return silent;
  const { code, json } = answer;
  const action = actionOf(lists, code);
  const entry = lists.CARD_CHECK && codesOf(lists.CARD_CHECK).get(code);
  const said = text(json.ghiChu);
  const words = entry
    ? { vi: entry.vi, en: entry.en }
    : { vi: said || `Cổng trả mã ${code}`, en: `The portal answered ${code}` };
  if (isSilence(action)) return { ...silent, code, text: words, action };
  const known = action === 'ok' || action === 'use-new';
  return {
    status: known ? 'verified' : 'refused',
    code,
    text: words,
    action,
    checkedAt: at,
    ...(known ? { holder: holderOf(json) } : {}),
    differences: differences(asked, json),
    history: historyOf(json.dsLichSuKCB2018),
  };
}

function actionOf(lists: ListsPack, code: string): Action {
  const list = lists.CARD_CHECK as unknown as Table | undefined;
  if (!list) return 'retry';
  for (const row of records(list, 'code', 'action'))
    if (textCell(row.code) === code && ACTIONS.includes(textCell(row.action))) return textCell(row.action) as Action;
  // A code that nobody has described is looked at by a person.
  return 'fix';
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
const orNull = (value: unknown): string | null => text(value) || null;
const isoDate = (value: unknown): string | null => parseDateVi(text(value)) ?? null;

function holderOf(json: Readonly<Record<string, unknown>>): CheckCardResult['holder'] {
  const sex = foldText(text(json.gioiTinh));
  return {
    card: text(json.maThe),
    name: text(json.hoTen),
    birthDate: isoDate(json.ngaySinh) ?? '',
    gender: sex === 'nam' || sex === '1' ? 'male' : sex === 'nu' || sex === '2' ? 'female' : 'unknown',
    address: text(json.diaChi),
    registeredFacility: text(json.maDKBD),
    validFrom: isoDate(json.gtTheTu) ?? '',
    validTo: isoDate(json.gtTheDen),
    livingArea: orNull(json.maKV),
    fiveYearsFrom: isoDate(json.ngayDu5Nam),
    newCard: orNull(json.maTheMoi),
  };
}

function differences(
  asked: { name: string; birthDate: string },
  json: Readonly<Record<string, unknown>>,
): CheckCardResult['differences'] {
  const found: CheckCardResult['differences'] = [];
  const name = text(json.hoTen);
  if (name !== '' && foldText(name) !== foldText(asked.name))
    found.push({ field: 'name', given: asked.name, portal: name });
  const born = isoDate(json.ngaySinh);
  const length = Math.min(born?.length ?? 0, asked.birthDate.length);
  if (born !== null && born.slice(0, length) !== asked.birthDate.slice(0, length))
    found.push({ field: 'birthDate', given: asked.birthDate, portal: born });
  return found;
}

function historyOf(list: unknown): CheckCardResult['history'] {
  if (!Array.isArray(list)) return [];
  return list
    .filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    .map((item) => ({
      facility: text(item.maCSKCB),
      from: text(item.ngayVao),
      to: text(item.ngayRa),
      diagnosis: text(item.tenBenh),
      status: text(item.tinhTrang),
    }))
    .sort((a, b) => (a.from < b.from ? 1 : -1));
}
