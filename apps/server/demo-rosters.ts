import { type RosterRow, setRoster } from '@mach/appointment/contract.ts';
import { addDays, localDate } from '@mach/base/time.ts';
import type { Engine } from '@mach/engine';
import { queryView } from '@mach/store';
import { demoHospital, demoTable, roomId } from './demo.ts';

/** Days for which the demo hospital has planned its clinics. */
const DAYS = 180;

/** Who sits in which clinic of the demo hospital, Monday to Friday; each room once. */
export async function seedDemoRosters(engine: Engine): Promise<void> {
  const view = engine.views.get('appointment.rosters');
  if (!view) return;
  const { rows } = await queryView(engine.database.tenant(1), view.definition, { limit: 1_000 });
  const planned = new Set((rows as unknown as RosterRow[]).map((row) => row.room));
  const hospital = demoHospital(engine.packs);
  const staff = demoTable(hospital.staff);
  const from = localDate(engine.clock.now().toISOString());
  const actor = engine.systemActor(1, 'setup', ['administrator']);
  for (const room of demoTable(hospital.rooms)) {
    if (room.kind !== 'exam' || planned.has(roomId(String(room.code)))) continue;
    const doctor = staff.find((one) => one.room === room.code && one.role === 'doctor');
    const input = {
      room: roomId(String(room.code)),
      ...(doctor ? { practitioner: `prac-${String(doctor.account)}` } : {}),
      from,
      to: addDays(from, DAYS),
      weekdays: [1, 2, 3, 4, 5],
      sessions: [
        { start: '07:30', end: '11:30' },
        { start: '13:30', end: '16:30' },
      ],
      minutes: 30,
      places: 3,
    };
    await engine.sendByName(setRoster.name, input, actor, { key: `setup-roster-${String(room.code)}` });
  }
}
