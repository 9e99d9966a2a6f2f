import type { Text } from '../texts/texts.ts';

export type RegionMapName = 'body-front' | 'teeth';

export interface Region {
  /** The name of the site, which a form maps to the code system it reports in; for teeth the FDI number (ISO 3950). */
  readonly code: string;
  readonly name: Text;
  readonly path: string;
}

interface RegionMap {
  /** View box of the drawing. */
  readonly box: string;
  readonly regions: readonly Region[];
}

/** A rounded box as a path, so that every region is one path. */
function block(x: number, y: number, width: number, height: number, r = 6): string {
  return `M${x + r} ${y}h${width - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${height - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${-(width - 2 * r)}a${r} ${r} 0 0 1 ${-r} ${-r}v${-(height - 2 * r)}a${r} ${r} 0 0 1 ${r} ${-r}Z`;
}

const region = (code: string, name: Text, path: string): Region => ({ code, name, path });

/** Sides are the patient's: the right arm is drawn at the left. */
const BODY: readonly Region[] = [
  region('head', { vi: 'Đầu', en: 'Head' }, block(84, 2, 32, 38, 15)),
  region('neck', { vi: 'Cổ', en: 'Neck' }, block(92, 42, 16, 12, 4)),
  region('chest', { vi: 'Ngực', en: 'Chest' }, block(68, 56, 64, 48)),
  region('abdomen', { vi: 'Bụng', en: 'Abdomen' }, block(70, 106, 60, 44)),
  region('pelvis', { vi: 'Chậu hông', en: 'Pelvis' }, block(68, 152, 64, 26)),
  region('right-upper-arm', { vi: 'Cánh tay phải', en: 'Right upper arm' }, block(46, 58, 20, 56)),
  region('left-upper-arm', { vi: 'Cánh tay trái', en: 'Left upper arm' }, block(134, 58, 20, 56)),
  region('right-forearm', { vi: 'Cẳng tay phải', en: 'Right forearm' }, block(40, 116, 20, 50)),
  region('left-forearm', { vi: 'Cẳng tay trái', en: 'Left forearm' }, block(140, 116, 20, 50)),
  region('right-hand', { vi: 'Bàn tay phải', en: 'Right hand' }, block(36, 168, 22, 26)),
  region('left-hand', { vi: 'Bàn tay trái', en: 'Left hand' }, block(142, 168, 22, 26)),
  region('right-thigh', { vi: 'Đùi phải', en: 'Right thigh' }, block(68, 180, 30, 62)),
  region('left-thigh', { vi: 'Đùi trái', en: 'Left thigh' }, block(102, 180, 30, 62)),
  region('right-lower-leg', { vi: 'Cẳng chân phải', en: 'Right lower leg' }, block(70, 244, 26, 58)),
  region('left-lower-leg', { vi: 'Cẳng chân trái', en: 'Left lower leg' }, block(104, 244, 26, 58)),
  region('right-foot', { vi: 'Bàn chân phải', en: 'Right foot' }, block(66, 304, 30, 18)),
  region('left-foot', { vi: 'Bàn chân trái', en: 'Left foot' }, block(104, 304, 30, 18)),
];

/** Upper row 18…28, lower row 48…38: as they stand before the dentist. */
const TEETH: readonly Region[] = [
  ...['18', '17', '16', '15', '14', '13', '12', '11', '21', '22', '23', '24', '25', '26', '27', '28'],
  ...['48', '47', '46', '45', '44', '43', '42', '41', '31', '32', '33', '34', '35', '36', '37', '38'],
].map((code, i) =>
  region(
    code,
    { vi: `Răng ${code}`, en: `Tooth ${code}` },
    block((i % 16) * 26 + (i % 16 > 7 ? 8 : 0), i < 16 ? 2 : 44, 24, 36),
  ),
);

export const MAPS: Readonly<Record<RegionMapName, RegionMap>> = {
  'body-front': { box: '30 0 140 324', regions: BODY },
  teeth: { box: '-2 0 428 82', regions: TEETH },
};
