import { commands, defineModule, type Module, reaction } from '@mach/engine/module.ts';
import { CS, EXT } from '@mach/vn/systems.ts';
import { recordAnswerCommand } from './commands/answer.ts';
import { checkCardCommand } from './commands/card.ts';
import { sendCheckInCommand } from './commands/check-in.ts';
import { SIGNATORY } from './commands/gather.ts';
import {
  followCorrectionCommand,
  prepareClaimCommand,
  recheckClaimCommand,
  releaseClaimCommand,
  resendClaimCommand,
  suspendClaimCommand,
} from './commands/prepare.ts';
import {
  followCorrection,
  PORTAL,
  prepareClaim,
  recordAnswer,
  releaseClaim,
  sendCheckIn,
  suspendClaim,
} from './contract.ts';
import { openPortal, type PortalOptions } from './portal/accounts.ts';
import { portalDestination } from './portal/destination.ts';
import { schedules } from './schedules.ts';
import { TestXmlSeal, type XmlSeal } from './seal.ts';
import { listView } from './views/list.ts';

type Raw = { extension?: { url?: string }[]; type?: { coding?: { system?: string; code?: string }[] } };

const READS = [
  'Patient',
  'Encounter',
  'Coverage',
  'ChargeItem',
  'Invoice',
  'Claim',
  'DocumentReference',
  'Provenance',
  'ServiceRequest',
  'MedicationRequest',
  'Observation',
  'DiagnosticReport',
  'Composition',
  'Condition',
  'Location',
  'Practitioner',
  'Organization',
].map((type) => `record.read:${type}`);

export interface ClaimsOptions {
  /** Default: the simulator. */
  portal?: PortalOptions;
  /** Default: a key of this process's own, for tests and demonstration only. */
  seal?: XmlSeal;
}

/** Giám định BHYT: card check, check-in, claim files, the portal and its answers. */
export function claimsModule(options: ClaimsOptions = {}): Module {
  const portal = openPortal(options.portal ?? {});
  const seal = options.seal ?? new TestXmlSeal();
  return defineModule({
    name: 'claims',
    title: { vi: 'Giám định BHYT', en: 'Insurance claims' },
    commands: commands(
      checkCardCommand(portal),
      sendCheckInCommand(seal),
      prepareClaimCommand(seal),
      releaseClaimCommand(seal),
      recheckClaimCommand(seal),
      resendClaimCommand(seal),
      followCorrectionCommand(seal),
      suspendClaimCommand,
      recordAnswerCommand,
    ),
    reactions: [
      reaction({
        name: 'claims.on-opened',
        event: 'encounter.opened',
        command: sendCheckIn,
        input: ({ payload }) => (payload.coverage === null ? undefined : { encounter: String(payload.encounter) }),
        roles: ['system'],
      }),
      reaction({
        name: 'claims.on-insured',
        event: 'encounter.payerChanged',
        command: sendCheckIn,
        input: ({ payload }) =>
          payload.to === 'bhyt' && payload.coverage !== null ? { encounter: String(payload.encounter) } : undefined,
        roles: ['system'],
      }),
      reaction({
        name: 'claims.on-uninsured',
        event: 'encounter.payerChanged',
        command: suspendClaim,
        input: ({ payload }) =>
          payload.to === 'bhyt' ? undefined : { encounter: String(payload.encounter), reason: String(payload.reason) },
        roles: ['system'],
      }),
      reaction({
        name: 'claims.on-settled',
        event: 'encounter.settled',
        command: prepareClaim,
        input: ({ payload }) =>
          payload.payer === 'bhyt' && payload.invoice !== null ? { encounter: String(payload.encounter) } : undefined,
        roles: ['system'],
      }),
      // Something that was claimed came back: the file is replaced, and names the one it corrects.
      reaction({
        name: 'claims.on-adjusted',
        event: 'cashier.adjusted',
        command: prepareClaim,
        input: ({ payload }) => (payload.payer === 'bhyt' ? { encounter: String(payload.encounter) } : undefined),
        roles: ['system'],
      }),
      // The fund reads results and notes in the file: it must not keep a value that the house has withdrawn.
      reaction({
        name: 'claims.on-result-corrected',
        event: 'lab.corrected',
        command: followCorrection,
        input: ({ payload }) => ({ encounter: String(payload.encounter), reason: 'Đính chính kết quả' }),
        roles: ['system'],
      }),
      reaction({
        name: 'claims.on-note-corrected',
        event: 'outpatient.noteCorrected',
        command: followCorrection,
        input: ({ payload }) => ({ encounter: String(payload.encounter), reason: 'Đính chính phiếu khám' }),
        roles: ['system'],
      }),
      // Held until then by the setting `holdUntilHandOver`; a claim that was sent is left alone.
      reaction({
        name: 'claims.on-closed',
        event: 'encounter.closed',
        command: releaseClaim,
        input: ({ payload }) => ({ encounter: String(payload.encounter) }),
        roles: ['system'],
      }),
      reaction({
        name: 'claims.on-unsettled',
        event: 'encounter.unsettled',
        command: suspendClaim,
        input: ({ payload }) => ({ encounter: String(payload.encounter), reason: String(payload.reason) }),
        roles: ['system'],
      }),
      reaction({
        name: 'claims.on-cancelled',
        event: 'encounter.cancelled',
        command: suspendClaim,
        input: ({ payload }) => ({ encounter: String(payload.encounter), reason: String(payload.reason) }),
        roles: ['system'],
      }),
      reaction({
        name: 'claims.on-answered',
        event: 'exchange.answered',
        command: recordAnswer,
        input: ({ payload }) =>
          payload.destination === PORTAL
            ? {
                message: String(payload.message),
                kind: String(payload.kind),
                subject: String(payload.subject),
                outcome: payload.outcome as 'accepted' | 'refused',
                receipt: payload.receipt,
                issues: payload.issues as unknown[],
              }
            : undefined,
        roles: ['system'],
      }),
    ],
    views: [
      { definition: listView, permission: 'claims.read', title: { vi: 'Hồ sơ BHYT', en: 'Claims' }, sort: '-atRisk' },
    ],
    schedules,
    destinations: [portalDestination(portal.clientOf, portal.simulated)],
    owns: [
      {
        type: 'Claim',
        command: 'claims.prepareClaim',
        when: (resource) => (resource as Raw).extension?.some((e) => e.url === EXT.state) ?? false,
      },
      {
        type: 'DocumentReference',
        command: 'claims.resendClaim',
        when: (resource) =>
          (resource as Raw).type?.coding?.some((c) => c.system === CS.document && c.code === 'bhyt-claim') ?? false,
      },
    ],
    settings: {
      /** Clean claims go out by themselves. */
      autoSend: true,
      /** A claim waits until paid drugs are handed over or taken off the bill, or the day on which it is due. */
      holdUntilHandOver: false,
      /** Practitioner who signs for the facility (MA_TTDV). */
      signatory: SIGNATORY,
      /** Public holidays, yyyy-MM-dd: no working days of the clocks. */
      holidays: [],
    },
    roles: {
      'claims-officer': ['claims.read', 'claims.check', 'claims.send', 'claims.check-card', 'exchange.read', ...READS],
      reception: ['claims.check-card'],
      cashier: ['claims.check-card'],
      director: ['claims.read', ...READS],
      system: ['claims.prepare', 'claims.check-in', 'claims.answer'],
    },
  });
}

export default claimsModule();
