import { commands, defineModule } from '@mach/engine/module.ts';
import { recordConsentCommand } from './commands/consent.ts';
import {
  answerRequestCommand,
  assignRequestCommand,
  closeRequestCommand,
  deliverCommand,
  extendRequestCommand,
  openRequestCommand,
} from './commands/requests.ts';
import { liftRestrictionCommand, restrictCommand } from './commands/restrict.ts';
import { reviewUnusualCommand, watchCommand } from './commands/unusual.ts';
import { CONSENT, OPEN_REQUEST, PRIVACY, REQUESTS, SEE_RESTRICTIONS } from './contract.ts';
import { isRequest, PRIVACY_EXT } from './record.ts';
import { schedules } from './schedules.ts';
import { consents, requests, restrictions } from './views/views.ts';

const desk = [CONSENT, OPEN_REQUEST, SEE_RESTRICTIONS];

/** The people's side of data protection: consent, requests about one's data, and who watches over the readers. */
export default defineModule({
  name: 'privacy',
  title: { vi: 'Bảo mật dữ liệu', en: 'Data protection' },
  commands: commands(
    recordConsentCommand,
    openRequestCommand,
    assignRequestCommand,
    answerRequestCommand,
    extendRequestCommand,
    deliverCommand,
    restrictCommand,
    liftRestrictionCommand,
    closeRequestCommand,
    reviewUnusualCommand,
    watchCommand,
  ),
  views: [
    {
      definition: requests,
      permission: REQUESTS,
      title: { vi: 'Yêu cầu về dữ liệu', en: 'Requests about data' },
      sort: 'dueBy',
    },
    { definition: restrictions, permission: SEE_RESTRICTIONS, title: { vi: 'Hạn chế đang giữ', en: 'Restrictions' } },
    { definition: consents, permission: CONSENT, title: { vi: 'Đồng ý, từ chối', en: 'Consents' }, sort: '-at' },
  ],
  owns: [
    { type: 'Task', command: 'privacy.openRequest', when: (r) => isRequest(r) },
    {
      type: 'Consent',
      command: 'privacy.recordConsent',
      when: (r) => Array.isArray(r.extension) && r.extension.some((e) => e?.url === PRIVACY_EXT.how),
    },
  ],
  schedules,
  roles: {
    system: [PRIVACY],
    'privacy-officer': [PRIVACY, REQUESTS, ...desk, 'record.read:Consent', 'record.read:Task'],
    reception: desk,
    nurse: [CONSENT, SEE_RESTRICTIONS],
    doctor: [CONSENT, SEE_RESTRICTIONS],
    cashier: [SEE_RESTRICTIONS],
    pharmacist: [SEE_RESTRICTIONS],
    'lab-technician': [SEE_RESTRICTIONS],
    radiographer: [SEE_RESTRICTIONS],
    'claims-officer': [SEE_RESTRICTIONS],
  },
});
