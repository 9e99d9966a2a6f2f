import { refuse } from '@mach/base/problem.ts';
import { addDays, fromLocal } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine';
import type { Consent, Patient } from '@mach/fhir/types.ts';
import type { z } from 'zod';
import { CONSENT } from '../contract.ts';
import { consentInput } from '../inputs.ts';
import { ACT_REASON, PRIVACY_EXT, purposeOf } from '../record.ts';
import { askedPurposes, PROCESSING_PACK, type PurposePack } from '../rules/purposes.ts';

type Decision = Omit<z.output<typeof consentInput>, 'patient'>;

/** What a patient has decided on a purpose: one decision holds, the earlier ones stay as history. */
export async function decide(
  ctx: CommandContext,
  patient: Patient & { id: string },
  decision: Decision,
  request?: string,
): Promise<string> {
  const earlier = await ctx.referring<Consent>('Consent.patient', patient.id);
  for (const consent of earlier)
    if (consent.status === 'active' && purposeOf(consent) === decision.purpose)
      ctx.update<Consent>({ ...consent, status: 'inactive' });
  const { purpose, by, relation, how, until } = decision;
  const made = ctx.create<Consent>({
    resourceType: 'Consent',
    extension: [
      { url: PRIVACY_EXT.by, valueString: by },
      { url: PRIVACY_EXT.relation, valueCode: relation },
      { url: PRIVACY_EXT.how, valueCode: how },
      { url: PRIVACY_EXT.recordedBy, valueString: ctx.actor.name },
      ...(request === undefined ? [] : [{ url: PRIVACY_EXT.request, valueString: request }]),
    ],
    status: 'active',
    scope: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/consentscope',
          code: purpose === 'HRESCH' ? 'research' : 'patient-privacy',
        },
      ],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0', display: 'Patient Consent' }] }],
    patient: { reference: `Patient/${patient.id}`, display: patient.name?.[0]?.text },
    dateTime: ctx.performedAt,
    organization: [{ display: ctx.facility.name }],
    policyRule: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTIN' }],
      text: 'Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15',
    },
    provision: {
      type: decision.decision,
      ...(until === undefined ? {} : { period: { start: ctx.performedAt, end: fromLocal(addDays(until, 1)) } }),
      purpose: [{ system: ACT_REASON, code: purpose }],
    },
  });
  ctx.emit('privacy.consentRecorded', { patient: patient.id, purpose, decision: decision.decision });
  return made.id;
}

/** Somebody said yes or no to one purpose; saying it again, or the other way round, is the same command. */
export const recordConsentCommand = defineCommand({
  name: 'privacy.recordConsent',
  kind: 'intent',
  permission: CONSENT,
  title: { vi: 'Ghi đồng ý, từ chối', en: 'Record consent or refusal' },
  input: consentInput,
  async handle({ patient, ...decision }, ctx) {
    const asked = askedPurposes(ctx.rules<PurposePack>(PROCESSING_PACK).data);
    if (!asked.some((one) => one.purpose === decision.purpose))
      throw refuse(
        422,
        'unknown-purpose',
        { vi: 'Mục đích này không hỏi người bệnh', en: 'Patients are not asked about this purpose' },
        { field: 'purpose' },
      );
    if (decision.until !== undefined && fromLocal(addDays(decision.until, 1)) <= ctx.performedAt)
      throw refuse(422, 'past', { vi: 'Ngày hết hạn đã qua', en: 'The last day has passed' }, { field: 'until' });
    return { consent: await decide(ctx, await ctx.lock<Patient>('Patient', patient), decision) };
  },
});
