/** Money fields of tables 1–3 from a visit bill, so that bill and claim agree to the đồng. */
import { Decimal } from '@mach/base/decimal.ts';
import type { LineAmounts } from '../bhyt/line.ts';
import type { VisitBill } from '../bhyt/visit-bill.ts';

export type ClaimLineKind = 'drug' | 'service' | 'device';

/** Money and ratio fields of a table 2 (drug) or table 3 (service, device) row. */
export function lineMoney(amounts: LineAmounts, kind: ClaimLineKind): Record<string, Decimal> {
  const shared = {
    SO_LUONG: amounts.soLuong,
    TYLE_TT_BH: amounts.tyLeTtBh,
    THANH_TIEN_BV: amounts.thanhTienBv,
    THANH_TIEN_BH: amounts.thanhTienBh,
    MUC_HUONG: amounts.mucHuong,
    T_NGUONKHAC_NSNN: amounts.nguonKhacNsnn,
    T_NGUONKHAC_VTNN: amounts.nguonKhacVtnn,
    T_NGUONKHAC_VTTN: amounts.nguonKhacVttn,
    T_NGUONKHAC_CL: amounts.nguonKhacCl,
    T_NGUONKHAC: amounts.nguonKhac,
    T_BNTT: amounts.bntt,
    T_BNCCT: amounts.bncct,
    T_BHTT: amounts.bhtt,
  };
  if (kind === 'drug') return { ...shared, DON_GIA: amounts.donGiaBv };
  return {
    ...shared,
    DON_GIA_BV: amounts.donGiaBv,
    DON_GIA_BH: amounts.donGiaBh,
    TYLE_TT_DV: amounts.tyLeTtDv,
  };
}

/** Totals of table 1. `kindOf` tells which table a line went to; lines outside the claim are left out. */
export function summaryMoney(bill: VisitBill, kindOf: (lineId: string) => ClaimLineKind): Record<string, Decimal> {
  const lines = bill.lines.filter((line) => line.claimed);
  const sum = (pick: (a: LineAmounts) => Decimal, kind?: ClaimLineKind) =>
    Decimal.sum(lines.filter((l) => kind === undefined || kindOf(l.id) === kind).map((l) => pick(l.amounts)));
  return {
    T_THUOC: sum((a) => a.thanhTienBv, 'drug'),
    T_VTYT: sum((a) => a.thanhTienBv, 'device'),
    T_TONGCHI_BV: sum((a) => a.thanhTienBv),
    T_TONGCHI_BH: sum((a) => a.thanhTienBh),
    T_BNTT: sum((a) => a.bntt),
    T_BNCCT: sum((a) => a.bncct),
    T_BHTT: sum((a) => a.bhtt),
    T_NGUONKHAC: sum((a) => a.nguonKhac),
    T_BHTT_GDV: bill.totals.insuranceFeeForService,
  };
}
