/**
 * Builds `rulepacks/drug-interactions/2021-12-30.json` from the tables of Decision 5948/QĐ-BYT (30/12/2021):
 * 633 pairs with their level, mechanism, consequence and management; 68 group pairs; groups; QT list.
 * Printed names become ingredient keys with a route where the decision names one; waiting times written in the
 * management text become hours. Repeated sentences are stored once.
 *
 *   node scripts/rulepacks/drugs-interactions.ts
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords, repoRoot, writePack } from './drugs-lab-pack.ts';

const folder = 'drug-interactions';
const maoInhibitors = new Set(['linezolid', 'furazolidon', 'xanh methylen']);

/** Printed names that are not simply the key in lower case: [key, route restriction]. */
const printedNames: Record<string, [key: string, route?: 'oral' | 'injected']> = {
  'Artemether/lumefantrin': ['lumefantrin'],
  'Atazanavir/ritonavir': ['atazanavir'],
  'Darunavir/ritonavir': ['darunavir'],
  'Dịch nuôi dưỡng TM chứa calci': ['dịch nuôi dưỡng chứa calci', 'injected'],
  'Ephedrin (uống)': ['ephedrin', 'oral'],
  'Grazoprevir/elbasvir': ['grazoprevir'],
  'Indinavir +/- ritonavir': ['indinavir'],
  'Kali clorid (viên uống)': ['kali clorid', 'oral'],
  'Levodopa/carbidopa +/- entacapon': ['levodopa'],
  'Lopinavir/ritonavir': ['lopinavir'],
  Nicoradil: ['nicorandil'],
  Oxcarbamazepin: ['oxcarbazepin'],
  'Peginterferon alpha (2a/2b)': ['peginterferon alfa'],
  'Phenylephrin (uống)': ['phenylephrin', 'oral'],
  'Piperaquin/dihydroartemisinin': ['piperaquin'],
  'Pseudoephedrin (uống)': ['pseudoephedrin', 'oral'],
  'Sacubitril/valsartan': ['sacubitril'],
  'Saquinavir +/- ritonavir': ['saquinavir'],
  'Saquinavir/ritonavir': ['saquinavir'],
  'Sofosbuvir/ledipasvir': ['ledipasvir'],
  'Xanh methylen (TM)': ['xanh methylen', 'injected'],
};

/** Other spellings of an ingredient, by key. */
const aliases: [alias: string, key: string][] = [
  ['acetaminophen', 'paracetamol'],
  ['acetylsalicylic acid', 'aspirin'],
  ['acid acetylsalicylic', 'aspirin'],
  ['albuterol', 'salbutamol'],
  ['amisulprid', 'amisulpirid'],
  ['amoxicillin', 'amoxicilin'],
  ['ampicillin', 'ampicilin'],
  ['benzylpenicillin', 'benzylpenicilin'],
  ['cephalexin', 'cefalexin'],
  ['chloramphenicol', 'cloramphenicol'],
  ['chloroquin', 'cloroquin'],
  ['chlorpheniramin', 'clorpheniramin'],
  ['chlorpromazin', 'clorpromazin'],
  ['cyclosporin', 'ciclosporin'],
  ['dicyclomin', 'dicycloverin'],
  ['epinephrin', 'adrenalin'],
  ['glyburid', 'glibenclamid'],
  ['glyceryl trinitrat', 'nitroglycerin'],
  ['hydrochlorothiazid', 'hydroclorothiazid'],
  ['hydroxychloroquin', 'hydroxycloroquin'],
  ['hyoscin-n-butylbromid', 'hyoscin butylbromid'],
  ['iodipamid', 'adipiodon'],
  ['meperidin', 'pethidin'],
  ['methotrimeprazin', 'levomepromazin'],
  ['methylergovorin', 'methylergometrin'],
  ['methylthioninium clorid', 'xanh methylen'],
  ['nicoradil', 'nicorandil'],
  ['norepinephrin', 'noradrenalin'],
  ['norethisteron', 'norethindron'],
  ['oxcarbamazepin', 'oxcarbazepin'],
  ['rifampin', 'rifampicin'],
  ['scopolamin butylbromid', 'hyoscin butylbromid'],
  ['scopolamin hydrobromid', 'hyoscin butylbromid'],
  ['valproat natri', 'acid valproic'],
  ['vitamin k1', 'phytomenadion'],
];

interface Side {
  printed: string;
  key: string;
  route: 'oral' | 'injected' | null;
}

function side(printed: string): Side {
  const known = printedNames[printed];
  return known
    ? { printed, key: known[0], route: known[1] ?? null }
    : { printed, key: printed.toLowerCase(), route: null };
}

const hoursOf: Record<string, number> = { giờ: 1, ngày: 24, tuần: 168 };

/** Waiting time in hours and the drug whose last dose starts it (null: either of the two). */
function washout(a: Side, b: Side, management: string): [hours: number, of: string | null] | null {
  const keys = [a.key, b.key];
  const stopped = /sau khi ngừng ([\p{L}-]+).{0,30}? ít nhất (\d+) (giờ|ngày|tuần)/u.exec(management);
  if (stopped?.[1] && stopped[2] && stopped[3]) {
    const of = keys.find((key) => key.startsWith((stopped[1] ?? '').toLowerCase())) ?? null;
    return [Number(stopped[2]) * (hoursOf[stopped[3]] ?? 0), of];
  }
  const mao = keys.find((key) => maoInhibitors.has(key));
  if (mao) {
    if (/trong vòng 14 ngày/.test(management)) return [14 * 24, mao];
    return [(keys.includes('fluoxetin') ? 35 : 14) * 24, null];
  }
  const apart = /cách nhau ít nhất (\d+) (giờ|ngày|tuần)/u.exec(management);
  if (apart?.[1] && apart[2]) return [Number(apart[1]) * (hoursOf[apart[2]] ?? 0), null];
  const pde5 = keys.find((key) => key === 'sildenafil' || key === 'vardenafil' || key === 'tadalafil');
  if (pde5 && /nitrat|nitroglycerin|nicorandil/.test(keys.join(' '))) return [pde5 === 'tadalafil' ? 48 : 24, null];
  return null;
}

const neonateCalcium = /^(calci|ringer|dịch nuôi dưỡng)/;
const contrast = new Set(['adipiodon', 'iobitridol', 'iodixanol', 'iohexol', 'iopamidol', 'iopromid']);

/** Machine-checkable part of a conditional row; null where only the prescriber can judge. */
function condition(a: Side, b: Side, qt: ReadonlySet<string>, management: string): string | null {
  const keys = [a.key, b.key];
  if (keys.includes('ceftriaxon') && keys.some((key) => neonateCalcium.test(key))) return 'neonate';
  if (keys.includes('aliskiren')) return 'diabetes-or-egfr-under-60';
  if (keys.includes('metformin') && keys.some((key) => contrast.has(key) || key.startsWith('iox')))
    return 'egfr-under-30';
  if (keys.includes('colchicin')) return 'renal-or-hepatic-failure';
  if (keys.includes('acid tranexamic')) return 'menorrhagia';
  if (keys.includes('sildenafil')) return 'pulmonary-hypertension';
  if (qt.has([...keys].sort().join('|')) || /QT/.test(management)) return 'long-qt';
  return null;
}

const clean = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[ \t]+/g, ' ')
    .replace(/ *\n */g, '\n')
    .trim();

const texts: string[] = [];
const textIndex = new Map<string, number>();
function textId(text: string): number {
  const value = clean(text);
  const found = textIndex.get(value);
  if (found !== undefined) return found;
  textIndex.set(value, texts.length);
  texts.push(value);
  return texts.length - 1;
}

const qtRows = readRecords(`${folder}/qd5948_2021_qt_pairs.csv`);
const qtKey = (printed: string): string => {
  const inner = /\(([^)]+)\)/.exec(printed)?.[1] ?? printed;
  return inner
    .toLowerCase()
    .trim()
    .replace('arsenoic', 'arsenic')
    .replace(/ \+\/- ritonavir$/, '');
};
const qt = new Set<string>();
const qtTable = qtRows.map((row) => {
  const drug = qtKey(row.drug_a ?? '');
  const partners = (row.drugs_b ?? '').split(',').map(qtKey);
  for (const partner of partners) qt.add([drug, partner].sort().join('|'));
  return [drug, partners];
});

const levels = readRecords(`${folder}/qd5948_2021_pairs_with_level.tsv`, '\t');
const details = new Map(readRecords(`${folder}/qd5948_2021_contraindicated_pairs.csv`).map((row) => [row.no, row]));
const names = new Map<string, Side>();

const pairs = levels.map((row) => {
  const [a, b] = [side(row.active_1 ?? ''), side(row.active_2 ?? '')];
  for (const one of [a, b]) names.set(one.printed, one);
  const detail = details.get(row.no);
  if (!detail) throw new Error(`pair ${row.no} has no text`);
  if (row.level !== 'absolute' && row.level !== 'conditional') throw new Error(`pair ${row.no}: level ${row.level}`);
  const management = clean(detail.management ?? '');
  const wait = washout(a, b, management);
  return [
    Number(row.no),
    a.key,
    a.route,
    b.key,
    b.route,
    row.level,
    row.level === 'conditional' ? condition(a, b, qt, management) : null,
    wait?.[0] ?? null,
    wait?.[1] ?? null,
    textId(detail.mechanism ?? ''),
    textId(detail.consequence ?? ''),
    textId(management),
  ];
});

const twin = pairs.find((row) => row[0] === 321);
if (!twin) throw new Error('pair 321 missing');
// Row 321 repeats the names of row 322 although its text is about linezolid, as group pair 4 confirms.
[twin[3], twin[4], twin[8]] = ['linezolid', null, 'linezolid'];

const groupPairs = readRecords(`${folder}/qd5948_2021_group_pairs.csv`).map((row) => [
  Number(row.no),
  clean(row.group_a ?? '').replace(/\n/g, ' '),
  clean(row.group_b ?? '').replace(/\n/g, ' '),
  textId(row.mechanism ?? ''),
  textId(row.consequence ?? ''),
  textId(row.management ?? ''),
]);

const groups = readRecords(`${folder}/qd5948_2021_groups.csv`)
  .filter((row) => !/see qd5948/.test(row.members ?? ''))
  .map((row) => {
    const [title = '', members = ''] = clean(row.members ?? '').split(':');
    return [Number(row.no), title.trim(), members.split(',').map((m) => m.trim().toLowerCase())];
  });

const target = join(repoRoot, 'rulepacks', folder);
mkdirSync(target, { recursive: true });
writePack(join(target, '2021-12-30.json'), {
  subject: folder,
  edition: '2021-12-30',
  validFrom: '2021-12-30',
  validTo: null,
  knownFrom: '2026-11-22',
  source: [
    { document: 'QĐ 5948/QĐ-BYT 30/12/2021', article: 'Table 3.1, Table 3.2, groups 1–7', certainty: 'H' },
    { document: 'Ingredient keys, waiting times and machine-checkable conditions read from the text', certainty: 'M' },
  ],
  data: {
    pairs: {
      columns: [
        'no',
        'a',
        'aRoute',
        'b',
        'bRoute',
        'level',
        'condition',
        'washoutHours',
        'washoutOf',
        'mechanism',
        'consequence',
        'management',
      ],
      rows: pairs,
    },
    names: { columns: ['printed', 'key', 'route'], rows: [...names.values()].map((n) => [n.printed, n.key, n.route]) },
    aliases: { columns: ['alias', 'key'], rows: aliases },
    groups: { columns: ['no', 'title', 'members'], rows: groups },
    qt: { columns: ['drug', 'partners'], rows: qtTable },
    groupPairs: {
      columns: ['no', 'groupA', 'groupB', 'mechanism', 'consequence', 'management'],
      rows: groupPairs,
    },
    texts: { columns: ['id', 'vi'], rows: texts.map((text, id) => [id, text]) },
  },
});

const absolute = pairs.filter((row) => row[5] === 'absolute').length;
console.log(`${pairs.length} pairs (${absolute} absolute), ${groupPairs.length} group pairs, ${texts.length} texts`);
console.log(`waiting time on ${pairs.filter((row) => row[7] !== null).length} pairs`);
