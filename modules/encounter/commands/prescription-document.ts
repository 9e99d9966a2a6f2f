/** The document that a prescription is: what the doctor signs, sealed with the signature over it. */
import type { CommandContext } from '@mach/engine/command.ts';
import type { DocumentReference, Patient, Provenance } from '@mach/fhir/types.ts';
import type { PrescriptionKind } from '@mach/vn/prescription-code.ts';
import { CS, SID } from '@mach/vn/systems.ts';
import type { Drug } from '../catalogue.ts';
import type { CheckedLine } from '../dosage.ts';
import { idOf, visitCodeOf } from '../read.ts';
import { actorReference, patientOf, patientReference, seal, type Visit } from './visit-record.ts';

interface Content {
  lines: readonly CheckedLine[];
  kind: PrescriptionKind;
  advice?: string;
  revisit?: string;
}

/** All that the paper says, as plain data. */
export async function documentContent(
  ctx: CommandContext,
  visit: Visit,
  input: Content,
  code: string,
  drugs: readonly Drug[],
): Promise<Record<string, unknown>> {
  const patient = await ctx.read<Patient>('Patient', patientOf(visit));
  return {
    form: 'prescription/1',
    code,
    kind: input.kind,
    facility: { code: ctx.facility.code, name: ctx.facility.name },
    visit: visitCodeOf(visit) ?? null,
    patient: {
      id: patient.id,
      name: patient.name?.[0]?.text ?? null,
      birthDate: patient.birthDate ?? null,
      gender: patient.gender ?? null,
      cccd: patient.identifier?.find((i) => i.system === SID.cccd)?.value ?? null,
      address: patient.address?.[0]?.text ?? null,
    },
    prescriber: { id: ctx.actor.practitioner, name: ctx.actor.name },
    diagnoses: (visit.diagnosis ?? []).map((d) => ({
      condition: idOf(d.condition) ?? null,
      text: d.condition.display ?? null,
    })),
    lines: input.lines.map((line, i) => ({
      drug: line.drug,
      name: drugs[i]?.text ?? null,
      perDose: line.perDose,
      doseUnit: line.doseUnit,
      timesPerDay: line.timesPerDay ?? null,
      slots: line.slots ?? null,
      days: line.days,
      quantity: line.quantity,
      unit: drugs[i]?.unit ?? null,
      text: line.text,
      timing: line.timing ?? null,
      note: line.note ?? null,
      quantityReason: line.quantityReason ?? null,
    })),
    advice: input.advice ?? null,
    revisit: input.revisit ?? null,
    signedAt: ctx.performedAt,
  };
}

/** Signs and seals; gives the id of the DocumentReference. */
export async function sealDocument(
  ctx: CommandContext,
  visit: Visit,
  code: string,
  content: Record<string, unknown>,
  lines: readonly string[],
): Promise<string> {
  const sealed = await ctx.documents.sign(ctx.documents.prepare(`Đơn thuốc ${code}`, content), ctx.performedAt);
  const author = actorReference(ctx);
  const document = seal<DocumentReference>(ctx, {
    resourceType: 'DocumentReference',
    identifier: [{ system: SID.prescriptionCode, value: code }],
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: CS.document, code: 'prescription', display: 'Đơn thuốc' }] },
    subject: patientReference(visit),
    date: ctx.performedAt,
    author: author && [author],
    content: [
      {
        attachment: {
          contentType: 'application/json',
          data: Buffer.from(sealed.canonical, 'utf8').toString('base64'),
          // SHA-256 (FHIR R4 names SHA-1, which no longer proves anything).
          hash: Buffer.from(sealed.hash, 'hex').toString('base64'),
          title: sealed.title,
          creation: ctx.performedAt,
        },
      },
    ],
    context: { encounter: [{ reference: `Encounter/${visit.id}` }] },
  });
  const who = author ?? { display: ctx.actor.name };
  seal<Provenance>(ctx, {
    resourceType: 'Provenance',
    target: [
      { reference: `DocumentReference/${document.id}` },
      ...lines.map((id) => ({ reference: `MedicationRequest/${id}` })),
    ],
    recorded: ctx.now,
    occurredDateTime: ctx.performedAt,
    agent: [{ who }],
    signature: [
      {
        type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" }],
        when: sealed.signature.at,
        who: { display: sealed.signature.signer },
        targetFormat: 'application/json',
        sigFormat: 'application/jose',
        data: Buffer.from(sealed.signature.jws, 'utf8').toString('base64'),
      },
    ],
  });
  return document.id;
}
