/** First to expire, first out. Pure: the pick list of the screen and the deed of the server are the same function. */
import { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import { formatDate } from '@mach/base/time.ts';

/** A lot on one shelf. */
export interface ShelfLot {
  lot: string;
  /** Last day of use, `yyyy-MM-dd`. */
  expiry: string;
  quantity: Decimal;
}

export interface Picked {
  lot: string;
  expiry: string;
  quantity: Decimal;
}

/** Usable on its last day, not after. */
export const isExpired = (expiry: string, today: string): boolean => expiry < today;

const byExpiry = (a: ShelfLot, b: ShelfLot): number =>
  a.expiry < b.expiry ? -1 : a.expiry > b.expiry ? 1 : a.lot < b.lot ? -1 : a.lot > b.lot ? 1 : 0;

/** Lots that may be handed over today, the first to expire in front. */
export const usable = (lots: readonly ShelfLot[], today: string): ShelfLot[] =>
  lots.filter((one) => one.quantity.gt(Decimal.ZERO) && !isExpired(one.expiry, today)).sort(byExpiry);

/** Takes what is wanted from the lots that expire first; `missing` is what the shelf does not hold. */
export function pickFirstExpiry(
  lots: readonly ShelfLot[],
  wanted: Decimal,
  today: string,
): { picked: Picked[]; missing: Decimal } {
  const picked: Picked[] = [];
  let missing = wanted;
  for (const { lot, expiry, quantity } of usable(lots, today)) {
    if (missing.lte(Decimal.ZERO)) break;
    const taken = quantity.lt(missing) ? quantity : missing;
    picked.push({ lot, expiry, quantity: taken });
    missing = missing.sub(taken);
  }
  return { picked, missing };
}

export interface HandPicked {
  lot: string;
  quantity: Decimal;
}

/** What is wrong with lots picked by hand. `not-first-expiry` is a warning that a reason may override. */
export function checkHandPicked(
  lots: readonly ShelfLot[],
  picked: readonly HandPicked[],
  today: string,
  /** Last day of the treatment: a lot that ends earlier is rightly passed over. */
  courseEnd: string,
  field: string,
): { picked: Picked[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const found: Picked[] = [];
  for (const [i, { lot, quantity }] of picked.entries()) {
    const at = `${field}.${i}`;
    const shelf = lots.find((one) => one.lot === lot);
    if (picked.findIndex((one) => one.lot === lot) < i)
      issues.push(lotIssue('lot-twice', `${at}.lot`, `Lô ${lot} ghi hai lần`, `Lot ${lot} stands twice`, MERGE));
    else if (!shelf)
      issues.push(
        lotIssue('lot-unknown', `${at}.lot`, `Kệ không có lô ${lot}`, `The shelf has no lot ${lot}`, SCAN_AGAIN),
      );
    else if (isExpired(shelf.expiry, today))
      issues.push(
        lotIssue(
          'lot-expired',
          `${at}.lot`,
          `Lô ${lot} đã hết hạn ngày ${formatDate(shelf.expiry)}: không được phát`,
          `Lot ${lot} expired on ${formatDate(shelf.expiry)} and may not be handed over`,
          {
            vi: 'Chuyển lô này vào kho biệt trữ, lấy lô còn hạn',
            en: 'Move it to quarantine and take a lot that is good',
          },
        ),
      );
    else if (shelf.quantity.lt(quantity))
      issues.push(
        lotIssue(
          'lot-short',
          `${at}.quantity`,
          `Lô ${lot} chỉ còn ${shelf.quantity}`,
          `Lot ${lot} holds only ${shelf.quantity}`,
          { vi: 'Lấy thêm từ lô khác', en: 'Take the rest from another lot' },
        ),
      );
    else found.push({ lot, expiry: shelf.expiry, quantity });
  }
  if (issues.length > 0) return { picked: [], issues };
  const passed = passedOver(lots, found, today, courseEnd);
  if (passed)
    issues.push({
      severity: 'warning',
      code: 'not-first-expiry',
      field,
      text: {
        vi: `Lô ${passed.lot} hết hạn trước (${formatDate(passed.expiry)}) và còn ${passed.quantity}`,
        en: `Lot ${passed.lot} expires first (${formatDate(passed.expiry)}) and still holds ${passed.quantity}`,
      },
      remedy: {
        vi: 'Lấy lô hết hạn trước, hoặc bỏ qua cảnh báo kèm lý do',
        en: 'Take the lot that expires first, or override with a reason',
      },
    });
  return { picked: found, issues };
}

/** A lot that would have been first, is not used up, and lasts until the treatment ends. */
function passedOver(
  lots: readonly ShelfLot[],
  picked: readonly Picked[],
  today: string,
  courseEnd: string,
): ShelfLot | undefined {
  const latest =
    picked
      .map((one) => one.expiry)
      .sort()
      .at(-1) ?? '';
  return usable(lots, today).find((shelf) => {
    if (shelf.expiry >= latest || shelf.expiry < courseEnd) return false;
    const taken = picked.find((one) => one.lot === shelf.lot)?.quantity ?? Decimal.ZERO;
    return taken.lt(shelf.quantity);
  });
}

const MERGE = { vi: 'Gộp thành một dòng', en: 'Put them in one line' };
const SCAN_AGAIN = { vi: 'Quét lại mã trên hộp thuốc', en: 'Scan the code on the box again' };

function lotIssue(code: string, field: string, vi: string, en: string, remedy: { vi: string; en: string }): Issue {
  return { severity: 'error', code, field, text: { vi, en }, remedy };
}
