/** Wording of "vì sao": how the shares of a line came about. */
import { formatMoney } from '@mach/base/number-input.ts';
import type { Benefit } from './benefit.ts';
import type { LineAmounts, LineNote } from './line.ts';

/** Reasons of one line in reading order: cost, what is recognised, rate, shares, exceptions. */
export function explainLine(amounts: LineAmounts, facts: readonly LineNote[], benefit?: Benefit): LineNote[] {
  const why: LineNote[] = [costNote(amounts), ...facts, ...amounts.notes];
  if (!amounts.thanhTienBh.isZero()) {
    why.push(recognised(amounts));
    why.push(rateNote(amounts, benefit));
  }
  if (!amounts.nguonKhac.isZero()) {
    const given = formatMoney(amounts.nguonKhac);
    why.push({ code: 'other-sources', text: { vi: `nguồn khác trả ${given}`, en: `other sources pay ${given}` } });
  }
  if (!amounts.discount.isZero()) {
    const off = formatMoney(amounts.discount);
    why.push({ code: 'discount', text: { vi: `cơ sở giảm ${off}`, en: `the facility waives ${off}` } });
  }
  const fund = formatMoney(amounts.bhtt);
  const patient = formatMoney(amounts.patient);
  why.push({
    code: 'shares',
    text: { vi: `BHYT trả ${fund}; người bệnh trả ${patient}`, en: `fund ${fund}; patient ${patient}` },
  });
  return why;
}

function costNote(a: LineAmounts): LineNote {
  const ratio = a.tyLeTtDv.eq(100) ? '' : ` × ${a.tyLeTtDv} %`;
  const product = `${a.soLuong} × ${formatMoney(a.donGiaBv)}${ratio} = ${formatMoney(a.thanhTienBv)}`;
  return { code: 'cost', text: { vi: `thành tiền ${product}`, en: `cost ${product}` } };
}

function recognised(a: LineAmounts): LineNote {
  const amount = formatMoney(a.thanhTienBh);
  const price = formatMoney(a.donGiaBh);
  return {
    code: 'recognised',
    text: { vi: `BHYT công nhận ${amount} (đơn giá ${price})`, en: `recognised ${amount} (unit ${price})` },
  };
}

function rateNote(a: LineAmounts, benefit: Benefit | undefined): LineNote {
  const decisive = (benefit?.reasons ?? []).filter((r) => r.decisive);
  const vi = decisive.map((r) => r.text.vi).join('; ');
  const en = decisive.map((r) => r.text.en).join('; ');
  return {
    code: 'rate',
    text: { vi: `mức hưởng ${a.mucHuong} %${vi ? `: ${vi}` : ''}`, en: `rate ${a.mucHuong} %${en ? `: ${en}` : ''}` },
  };
}
