import { type Engine, recordWrite } from '@mach/engine';
import type { PractitionerRole } from '@mach/fhir/types.ts';
import { demoHospital, demoTable, roomId } from './demo.ts';

/** Where the people of the demo hospital work: departments and rooms, which the access policy asks for. */
export async function seedDemoStaff(engine: Engine): Promise<void> {
  const hospital = demoHospital(engine.packs);
  const roles = demoTable(hospital.staff).flatMap((person): (PractitionerRole & { id: string })[] => {
    if (!person.department) return [];
    return [
      {
        resourceType: 'PractitionerRole',
        id: `work-${String(person.account)}`,
        active: true,
        practitioner: { reference: `Practitioner/prac-${String(person.account)}` },
        organization: { reference: `Organization/dep-${String(person.department).toLowerCase()}` },
        ...(person.room ? { location: [{ reference: `Location/${roomId(String(person.room))}` }] } : {}),
      },
    ];
  });
  const entries = roles.map((resource) => ({
    op: 'put' as const,
    resource: resource as typeof resource & Record<string, unknown>,
  }));
  const key = `setup-staff-${engine.packs.at('demo-hospital', '2026-11-22').hash.slice(0, 32)}`;
  const actor = engine.systemActor(1, 'setup', ['importer']);
  await engine.sendByName(recordWrite.name, { entries, references: 'check' }, actor, { key });
}
