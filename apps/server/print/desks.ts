import { formsOf } from '@mach/administration/contract.ts';
import type { Engine } from '@mach/engine';
import type { Device } from '@mach/fhir/types.ts';
import { queryView, readRecord } from '@mach/store';

/** A printer as the desks see it. */
export interface DeskPrinter {
  id: string;
  name: string;
  /** Where it stands: `305 Phòng khám Nội 3`. */
  place: string;
  room: string;
  forms: Readonly<Record<string, { paper: string; copies: number }>>;
}

/** More printers than a hospital has. */
const AT_MOST = 500;

/** The printers that the administration has set up, for whoever prints. */
export async function desksOf(engine: Engine, tenant: number): Promise<DeskPrinter[]> {
  const view = engine.views.get('administration.printers');
  if (!view) return [];
  const on = engine.database.tenant(tenant);
  const { rows } = await queryView(on, view.definition, { sort: 'name', limit: AT_MOST });
  const records = await Promise.all(rows.map((row) => readRecord(on, 'Device', String(row.key))));
  return rows.flatMap((row, i): DeskPrinter[] => {
    const record = records[i];
    if (!record || record.deleted) return [];
    const device = record.resource as unknown as Device;
    return [
      {
        id: String(row.key),
        name: String(row.name ?? ''),
        place: [row.roomCode, row.roomName].filter(Boolean).join(' '),
        room: String(row.room ?? ''),
        forms: formsOf(device),
      },
    ];
  });
}
