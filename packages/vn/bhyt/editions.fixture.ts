/** The committed benefit packs, for tests of the pure code. */
import y2019 from '../../../rulepacks/bhyt-benefit/2019-07-01.json' with { type: 'json' };
import y2021 from '../../../rulepacks/bhyt-benefit/2021-01-01.json' with { type: 'json' };
import y2023 from '../../../rulepacks/bhyt-benefit/2023-07-01.json' with { type: 'json' };
import y2024 from '../../../rulepacks/bhyt-benefit/2024-07-01.json' with { type: 'json' };
import y2025 from '../../../rulepacks/bhyt-benefit/2025-01-01.json' with { type: 'json' };
import y2025b from '../../../rulepacks/bhyt-benefit/2025-07-01.json' with { type: 'json' };
import y2026 from '../../../rulepacks/bhyt-benefit/2026-07-01.json' with { type: 'json' };
import type { BenefitPack } from './benefit-pack.ts';
import { type Edition, editionOn } from './pack.ts';

const all = [y2019, y2021, y2023, y2024, y2025, y2025b, y2026] as unknown as Edition<BenefitPack>[];

/** The pack for a visit that starts on `date`; throws when none is in force. */
export function benefitPackOn(date: string): BenefitPack {
  const edition = editionOn(all, date);
  if (!edition) throw new RangeError(`no benefit pack on ${date}`);
  return edition.data;
}
