import type { RouteRow } from '../../packages/vn/bhyt/benefit-pack.ts';
import { build } from './bhyt-benefit-row.ts';
import { cite } from './bhyt-write.ts';

const LAW_2024 = 'Luật 51/2024/QH15 sửa đổi Luật BHYT';
const ND188 = 'NĐ 188/2025/NĐ-CP';
const QD3276 = 'QĐ 3276/QĐ-BYT năm 2025, Phụ lục 1';
const IN = 'inpatient' as const;
const OUT = 'outpatient' as const;

/**
 * Three professional levels, in force from 1 January 2025.
 * `outHalf`: percent for an out-patient without referral at the facilities named
 * in NĐ 188/2025 Art. 19 (2)–(4): 0 until 30 June 2026, 50 after.
 */
export function levelRoutes(outHalf: 0 | 50): RouteRow[] {
  const Q = (code: string, law: string) => cite(`${QD3276}; ${law}`, `mã ${code}`, 'H');
  const half = outHalf === 0 ? 'chưa được quỹ trả' : '50 % mức hưởng';
  const halfEn = outHalf === 0 ? 'not yet paid' : '50 % of the benefit';
  const basic = ['basic'] as const;
  const specialised = ['specialised'] as const;
  const upper = ['province', 'central'] as const;
  const self = ['self'] as const;
  return build([
    {
      id: 'L-1.1',
      code: '1.1',
      when: { registered: true },
      factor: 100,
      proper: true,
      vi: 'đúng nơi đăng ký khám chữa bệnh ban đầu',
      en: 'at the registered facility',
      source: Q('1.1', LAW_2024),
    },
    {
      id: 'L-1.1-right',
      code: '1.1',
      when: { routes: ['right'] },
      factor: 100,
      proper: true,
      vi: 'đúng nơi khám chữa bệnh theo quy định',
      en: 'at the proper facility',
      source: Q('1.1', LAW_2024),
    },
    {
      id: 'L-1.2',
      code: '1.2',
      when: { levels: ['initial'], station: true },
      factor: 100,
      rate: 100,
      proper: true,
      vi: 'trạm y tế, y học gia đình, quân dân y, phòng khám của trung tâm y tế: trả 100 % không theo mức trên thẻ',
      en: 'commune station, family doctor and the like: paid in full whatever the card',
      source: Q('1.2', `${LAW_2024} Điều 22 khoản 1 điểm c; TT 01/2025/TT-BYT Điều 3`),
    },
    {
      id: 'L-1.3',
      code: '1.3',
      when: { routes: ['referral'] },
      factor: 100,
      proper: true,
      vi: 'có phiếu chuyển cơ sở khám chữa bệnh',
      en: 'with a referral slip',
      source: Q('1.3', 'TT 01/2025/TT-BYT Điều 9, 10'),
    },
    {
      id: 'L-1.4',
      code: '1.4',
      when: { routes: ['residence'] },
      factor: 100,
      proper: true,
      vi: 'thay đổi nơi lưu trú, nơi cư trú',
      en: 'changed place of stay or residence',
      source: Q('1.4', 'TT 01/2025/TT-BYT Điều 4'),
    },
    {
      id: 'L-1.5',
      code: '1.5',
      when: { routes: ['revisit'] },
      factor: 100,
      proper: true,
      vi: 'có phiếu hẹn khám lại',
      en: 'with a re-visit slip',
      source: Q('1.5', 'TT 01/2025/TT-BYT Điều 11'),
    },
    {
      id: 'L-1.6',
      code: '1.6',
      when: { routes: ['donor'] },
      factor: 100,
      proper: true,
      vi: 'người hiến bộ phận cơ thể điều trị ngay sau khi hiến',
      en: 'organ donor treated right after donation',
      source: Q('1.6', `${ND188} Điều 37 khoản 4`),
    },
    {
      id: 'L-1.7',
      code: '1.7',
      when: { routes: ['newborn'] },
      factor: 100,
      proper: true,
      vi: 'trẻ sơ sinh điều trị ngay sau khi sinh',
      en: 'newborn treated right after birth',
      source: Q('1.7', `${ND188} Điều 37 khoản 2`),
    },
    {
      id: 'L-1.11',
      code: '1.11',
      when: { routes: self, levels: ['initial'] },
      factor: 100,
      vi: 'tự đến cơ sở cấp ban đầu',
      en: 'initial-level facility without referral',
      source: Q('1.11', `${LAW_2024} Điều 22 khoản 4 điểm c`),
    },
    {
      id: 'L-1.12',
      code: '1.12',
      when: {
        routes: self,
        levels: basic,
        careClass: OUT,
        points: { below: 50, orProvisional: true },
        notFormerTiers: upper,
      },
      factor: 100,
      vi: 'tự đến ngoại trú tại cấp cơ bản dưới 50 điểm hoặc tạm xếp cấp cơ bản',
      en: 'out-patient at basic level below 50 points or provisionally basic',
      source: Q('1.12', `${ND188} Điều 19 khoản 1`),
    },
    {
      id: 'L-1.13',
      code: '1.13',
      when: { routes: self, levels: basic, careClass: OUT, points: { from: 50, below: 70 } },
      factor: outHalf,
      vi: `tự đến ngoại trú tại cấp cơ bản từ 50 đến dưới 70 điểm: ${half}`,
      en: `out-patient at basic level, 50 to below 70 points: ${halfEn}`,
      source: Q('1.13', `${ND188} Điều 19 khoản 2`),
    },
    {
      id: 'L-1.14',
      code: '1.14',
      when: { routes: self, levels: basic, careClass: OUT, formerTiers: upper },
      factor: outHalf,
      vi: `tự đến ngoại trú tại cấp cơ bản trước 2025 là tuyến tỉnh hoặc trung ương: ${half}`,
      en: `out-patient at basic level, formerly province or central tier: ${halfEn}`,
      source: Q('1.14', `${ND188} Điều 19 khoản 3`),
    },
    {
      id: 'L-1.15',
      code: '1.15',
      when: { routes: self, levels: basic, careClass: IN },
      factor: 100,
      vi: 'tự đến nội trú tại cấp cơ bản',
      en: 'in-patient at basic level',
      source: Q('1.15', `${LAW_2024} Điều 22 khoản 4 điểm d`),
    },
    {
      id: 'L-1.16',
      code: '1.16',
      when: { routes: self, levels: basic, listedDisease: 'II' },
      factor: 100,
      vi: 'bệnh thuộc Phụ lục II TT 01/2025 tại cấp cơ bản',
      en: 'disease of annex II at basic level',
      source: Q('1.16', `${LAW_2024} Điều 22 khoản 4 điểm a`),
    },
    {
      id: 'L-1.17',
      code: '1.17',
      when: { routes: self, levels: specialised, listedDisease: 'I' },
      factor: 100,
      vi: 'bệnh thuộc Phụ lục I TT 01/2025 tại cấp chuyên sâu',
      en: 'disease of annex I at specialised level',
      source: Q('1.17', `${LAW_2024} Điều 22 khoản 4 điểm a`),
    },
    {
      id: 'L-1.18',
      code: '1.18',
      when: { routes: self, levels: specialised, careClass: OUT, formerTiers: ['province'] },
      factor: outHalf,
      vi: `tự đến ngoại trú tại cấp chuyên sâu trước 2025 là tuyến tỉnh: ${half}`,
      en: `out-patient at specialised level, formerly province tier: ${halfEn}`,
      source: Q('1.18', `${ND188} Điều 19 khoản 4`),
    },
    {
      id: 'L-2',
      code: '2',
      when: { routes: ['emergency'] },
      factor: 100,
      proper: true,
      vi: 'cấp cứu: mọi cơ sở, không cần phiếu chuyển',
      en: 'emergency: any facility, no slip',
      source: Q('2', `${LAW_2024} Điều 22 khoản 5`),
    },
    {
      id: 'L-3.1-in',
      code: '3.1',
      when: { routes: self, levels: specialised, careClass: IN, notFormerTiers: ['province', 'district'] },
      factor: 40,
      vi: 'tự đến nội trú tại cấp chuyên sâu: 40 % mức hưởng',
      en: 'in-patient at specialised level without referral: 40 % of the benefit',
      source: Q('3.1', `${LAW_2024} Điều 22 khoản 4 điểm g`),
    },
    {
      id: 'L-3.1-out',
      code: '3.1',
      when: { routes: self, levels: specialised, careClass: OUT, notFormerTiers: ['province', 'district'] },
      factor: 0,
      vi: 'tự đến ngoại trú tại cấp chuyên sâu: quỹ không trả',
      en: 'out-patient at specialised level without referral: not paid',
      source: Q('3.1', `${LAW_2024} Điều 22 khoản 4 điểm g`),
    },
    {
      id: 'L-3.2',
      code: '3.2',
      when: { routes: self, levels: specialised, careClass: IN, formerTiers: ['province'] },
      factor: 100,
      vi: 'tự đến nội trú tại cấp chuyên sâu trước 2025 là tuyến tỉnh',
      en: 'in-patient at specialised level, formerly province tier',
      source: Q('3.2', `${LAW_2024} Điều 22 khoản 4 điểm h`),
    },
    {
      id: 'L-3.3',
      code: '3.3',
      when: { routes: self, levels: ['basic', 'specialised'], formerTiers: ['district'] },
      factor: 100,
      vi: 'tự đến cấp cơ bản, chuyên sâu trước 2025 là tuyến huyện',
      en: 'basic or specialised level, formerly district tier',
      source: Q('3.3', `${LAW_2024} Điều 22 khoản 4 điểm đ`),
    },
    {
      id: 'L-3.6',
      code: '3.6',
      when: { routes: self, levels: specialised, careClass: IN, area: true },
      factor: 100,
      proper: true,
      vi: 'người ở vùng K1, K2, K3 điều trị nội trú tại cấp chuyên sâu',
      en: 'K1–K3 resident, in-patient at specialised level',
      source: cite(`${QD3276}; ${LAW_2024} Điều 22 khoản 4 điểm b`, 'mã 3.6', 'M'),
    },
  ]);
}
