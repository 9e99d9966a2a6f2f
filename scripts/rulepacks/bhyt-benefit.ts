/**
 * Writes rulepacks/bhyt-benefit: what the health-insurance fund pays, by date.
 * Run: node scripts/rulepacks/bhyt-benefit.ts
 */
import type { BenefitPack, DigitRow, RouteRow } from '../../packages/vn/bhyt/benefit-pack.ts';
import type { Cite, Edition } from '../../packages/vn/bhyt/pack.ts';
import { levelRoutes } from './bhyt-benefit-levels.ts';
import { tierRoutes } from './bhyt-benefit-tiers.ts';
import { chain, cite, KNOWN_FROM, writePack } from './bhyt-write.ts';

const digitCite = (certainty: Cite['certainty']) =>
  cite('Luật BHYT; QĐ 1351/QĐ-BHXH năm 2015', 'Điều 22; Điều 2', certainty);
const DIGITS: DigitRow[] = (
  [
    ['1', 100, true, 'H', 'không giới hạn tỷ lệ thanh toán'],
    ['2', 100, true, 'H', 'mức hưởng 100 %'],
    ['3', 95, false, 'H', 'mức hưởng 95 %'],
    ['4', 80, false, 'H', 'mức hưởng 80 %'],
    ['5', 100, true, 'H', 'quân đội, công an, cơ yếu: kể cả ngoài danh mục'],
  ] as const
).map(([digit, percent, transport, certainty, note]) => ({
  digit,
  percent,
  transport,
  text: { vi: `chữ số ${digit}: ${note}`, en: `digit ${digit}: ${percent} %` },
  source: digitCite(certainty),
}));

const QD130 = 'QĐ 130/QĐ-BYT năm 2023, trường TYLE_TT_DV';
const QD3176 = 'QĐ 3176/QĐ-BYT năm 2024, trường TYLE_TT_DV';

interface Variant {
  from: string;
  base: number;
  baseCite: Cite;
  routes: RouteRow[];
  bedOfThree: 30 | 33;
  stretcher: number;
  standard3176: boolean;
  extraSource: Cite[];
}

function benefitPack(v: Variant): BenefitPack {
  const text = (vi: string, en: string) => ({ vi, en });
  const scaleCite = v.standard3176 ? cite(QD3176, 'Bảng 3', 'H') : cite(QD130, 'Bảng 3', 'H');
  const law = v.standard3176 ? 'Luật 51/2024/QH15' : 'Luật 46/2014/QH13';
  const decree = v.standard3176 ? 'NĐ 188/2025/NĐ-CP' : 'NĐ 146/2018/NĐ-CP';
  return {
    baseSalary: { amount: v.base, source: v.baseCite },
    smallVisit: {
      percentOfBase: 15,
      amount: (v.base * 15) / 100,
      source: cite(`${law}; ${decree}`, 'Điều 22 khoản 1; Điều 14', 'H'),
    },
    exemption: {
      months: 6,
      amount: v.base * 6,
      source: cite(`${law}; ${decree}`, 'Điều 22 khoản 1 điểm d; Điều 18 khoản 2', v.standard3176 ? 'M' : 'H'),
    },
    devicePackage: {
      months: 45,
      amount: v.base * 45,
      source: cite('TT 04/2017/TT-BYT', 'Điều 4', 'H'),
    },
    digits: DIGITS,
    armedGroups: ['QN', 'CA', 'CY'],
    routes: v.routes,
    exams: {
      steps: [
        { from: 1, to: 1, percent: 100 },
        { from: 2, to: 4, percent: 30 },
        { from: 5, to: 5, percent: 10 },
        { from: 6, to: null, percent: 0 },
      ],
      text: text('khám nhiều chuyên khoa trong ngày', 'several exams in one day'),
      source: scaleCite,
    },
    beds: {
      steps: [
        { from: 1, to: 1, percent: 100 },
        { from: 2, to: 2, percent: 50 },
        { from: 3, to: null, percent: v.bedOfThree },
      ],
      stretcher: v.stretcher,
      text: text('nằm ghép', 'shared bed'),
      source: v.bedOfThree === 33 ? scaleCite : cite('TT 39/2018/TT-BYT; TT 14/2019/TT-BYT', 'Điều 6', 'H'),
    },
    surgery: {
      sameTeam: 50,
      otherTeam: 80,
      procedure: 80,
      text: text('can thiệp thêm trong cùng một lần phẫu thuật', 'added intervention in the same session'),
      source: scaleCite,
    },
    stents: {
      steps: [
        { from: 1, to: 1, percent: 100 },
        { from: 2, to: 2, percent: 50 },
        { from: 3, to: null, percent: 0 },
      ],
      text: text('stent trong một lần can thiệp', 'stents of one intervention'),
      source: cite('TT 04/2017/TT-BYT', 'Danh mục, stent động mạch vành', 'H'),
    },
    cardGraceDays: { days: 15, source: cite(decree, v.standard3176 ? 'Điều 50 khoản 4' : 'Điều 27', 'M') },
    papers: {
      referralWorkingDays: 10,
      referralListedDays: 365,
      revisitUses: 1,
      source: v.standard3176
        ? cite('TT 01/2025/TT-BYT', 'Điều 11, 12', 'M')
        : cite('TT 40/2015/TT-BYT; TT 30/2020/TT-BYT', 'Điều 12; Điều 6', 'M'),
    },
    otherSources: v.standard3176
      ? { model: 'in-order', source: cite('QĐ 3176/QĐ-BYT năm 2024', 'Bảng 2, 3 trường T_NGUONKHAC', 'H') }
      : {
          model: 'personal-or-general',
          source: cite('QĐ 130/QĐ-BYT năm 2023, QĐ 4750/QĐ-BYT năm 2023', 'Bảng 2, 3 trường T_NGUONKHAC', 'H'),
        },
    rounding: {
      unitPrice: 3,
      money: 2,
      source: cite('QĐ 130/QĐ-BYT năm 2023', 'Bảng 2, 3: đơn giá 3 số lẻ, thành tiền 2 số lẻ', 'H'),
    },
  };
}

const ND38 = cite('NĐ 38/2019/NĐ-CP', 'Điều 3', 'M');
const ND24 = cite('NĐ 24/2023/NĐ-CP', 'Điều 3', 'H');
const ND73 = cite('NĐ 73/2024/NĐ-CP', 'Điều 3', 'H');
const ND161 = cite('NĐ 161/2026/NĐ-CP', 'mức tham chiếu theo lương cơ sở', 'M');

const LAW51 = cite('Luật 51/2024/QH15', 'Điều 1 khoản 17 (Điều 22)', 'H');
const QD3276 = cite('QĐ 3276/QĐ-BYT năm 2025', 'Phụ lục 1', 'H');
const QD824 = cite('QĐ 824/QĐ-BYT năm 2023', 'Phụ lục 2', 'M');
const LAW46 = cite('Luật 46/2014/QH13', 'Điều 1 khoản 15 (Điều 22)', 'H');

/** Before 1 July 2025 the category list is the older one, which lacks the codes of the new levels. */
const oldCodes = (rows: RouteRow[]): RouteRow[] =>
  rows.map((row) => {
    const code = (
      {
        '1.11': '3.3',
        '1.12': '3.3',
        '1.13': '3.5',
        '1.14': '3.5',
        '1.15': '3.3',
        '1.16': '3.7',
        '1.17': '3.7',
        '1.18': '3.5',
      } as Record<string, string>
    )[row.code];
    return code ? { ...row, code, source: { ...row.source, certainty: 'L' as const } } : row;
  });

const variants: Variant[] = [
  {
    from: '2019-07-01',
    base: 1490000,
    baseCite: ND38,
    routes: tierRoutes(60),
    bedOfThree: 30,
    stretcher: 50,
    standard3176: false,
    extraSource: [LAW46],
  },
  {
    from: '2021-01-01',
    base: 1490000,
    baseCite: ND38,
    routes: tierRoutes(100),
    bedOfThree: 30,
    stretcher: 50,
    standard3176: false,
    extraSource: [LAW46],
  },
  {
    from: '2023-07-01',
    base: 1800000,
    baseCite: ND24,
    routes: tierRoutes(100),
    bedOfThree: 30,
    stretcher: 50,
    standard3176: false,
    extraSource: [LAW46, QD824],
  },
  {
    from: '2024-07-01',
    base: 2340000,
    baseCite: ND73,
    routes: tierRoutes(100),
    bedOfThree: 33,
    stretcher: 50,
    standard3176: false,
    extraSource: [LAW46, QD824],
  },
  {
    from: '2025-01-01',
    base: 2340000,
    baseCite: ND73,
    routes: oldCodes(levelRoutes(0)),
    bedOfThree: 33,
    stretcher: 50,
    standard3176: true,
    extraSource: [LAW51, QD824],
  },
  {
    from: '2025-07-01',
    base: 2340000,
    baseCite: ND73,
    routes: levelRoutes(0),
    bedOfThree: 33,
    stretcher: 50,
    standard3176: true,
    extraSource: [LAW51, QD3276],
  },
  {
    from: '2026-07-01',
    base: 2530000,
    baseCite: ND161,
    routes: levelRoutes(50),
    bedOfThree: 33,
    stretcher: 50,
    standard3176: true,
    extraSource: [LAW51, QD3276],
  },
];

export function benefitEditions(): Edition<BenefitPack>[] {
  return chain(
    variants.map((v) => ({
      subject: 'bhyt-benefit',
      edition: v.from,
      validFrom: v.from,
      validTo: null,
      knownFrom: KNOWN_FROM,
      source: [v.baseCite, ...v.extraSource],
      data: benefitPack(v),
    })),
  );
}

if (import.meta.main) for (const edition of benefitEditions()) writePack(edition);
