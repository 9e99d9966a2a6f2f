/** The portal as a destination of the outbox: what its answers mean for a message. */
import type { Issue, Text } from '@mach/base/problem.ts';
import type { Delivery, Destination, Outgoing } from '@mach/engine/exchange/destination.ts';
import { PORTAL, type PortalKind } from '../contract.ts';
import { portalDate } from './card-answer.ts';
import type { PortalAnswer, PortalClient, Standard } from './client.ts';

/** Payload of each kind of message. */
export interface FilePayload {
  facility: string;
  standard: Standard;
  /** The signed file. */
  xml: string;
  /** When it was written. */
  at?: string;
}
export interface CardPayload {
  facility: string;
  card: string;
  name: string;
  birthDate: string;
  /** When it was asked. */
  at?: string;
}

export function portalDestination(clientOf: (facility: string) => PortalClient, simulated: boolean): Destination {
  return {
    name: PORTAL,
    title: simulated
      ? { vi: 'Cổng giám định BHYT (mô phỏng)', en: 'Health-insurance portal (simulator)' }
      : { vi: 'Cổng giám định BHYT', en: 'Health-insurance portal' },
    kinds: {
      'check-in': { vi: 'báo vào viện', en: 'check-in' },
      claim: { vi: 'hồ sơ thanh toán', en: 'claim file' },
      'card-check': { vi: 'tra cứu thẻ', en: 'card check' },
    } satisfies Record<PortalKind, Text>,
    simulated,
    deliver: (message, signal) => deliver(clientOf, message, signal),
  };
}

async function deliver(
  clientOf: (facility: string) => PortalClient,
  message: Outgoing,
  signal: AbortSignal,
): Promise<Delivery> {
  const kind = message.kind as PortalKind;
  if (kind === 'card-check') {
    const { facility, card, name, birthDate, at } = message.payload as CardPayload;
    const answer = await clientOf(facility).checkCard({ card, name, birthDate: portalDate(birthDate), at }, signal);
    // What the card check says is for the module to read; only silence is a failure of the delivery.
    if (!answer.said || isFault(answer.code)) return later(answer);
    return { outcome: 'accepted', receipt: answer };
  }
  const file = message.payload as FilePayload;
  const client = clientOf(file.facility);
  const answer = kind === 'check-in' ? await client.sendCheckIn(file, signal) : await client.sendClaim(file, signal);
  return fileDelivery(answer);
}

/** 401 twice means that our account is not let in; 100, 101 and 500 are faults of the portal: all are asked again. */
const isFault = (code: string): boolean => ['401', '100', '101', '500'].includes(code);

const later = (answer: PortalAnswer): Delivery => ({
  outcome: 'later',
  reason: answer.said ? `maKetQua ${answer.code}: ${String(answer.json.thongDiep ?? '')}` : answer.reason,
});

/** The portal's word on a file: a receipt, a refusal with reasons, or try again. */
export function fileDelivery(answer: PortalAnswer): Delivery {
  if (!answer.said || isFault(answer.code)) return later(answer);
  const receipt = {
    maGiaoDich: String(answer.json.maGiaoDich ?? ''),
    thoiGianTiepNhan: String(answer.json.thoiGianTiepNhan ?? ''),
    maKetQua: answer.code,
    thongDiep: String(answer.json.thongDiep ?? ''),
  };
  if (answer.code === '200' && receipt.maGiaoDich !== '') return { outcome: 'accepted', receipt };
  return { outcome: 'refused', receipt, issues: refusalIssues(answer.code, answer.json) };
}

/** Each error that the portal lists, or its one message. Its words are Vietnamese and are kept as they are. */
function refusalIssues(code: string, json: Readonly<Record<string, unknown>>): Issue[] {
  const list = Array.isArray(json.dsLoi) ? (json.dsLoi as Record<string, unknown>[]) : [];
  const remedy = { vi: 'Sửa tại nơi phát sinh rồi gửi lại.', en: 'Mend it at its source and send again.' };
  if (list.length === 0) {
    const said = String(json.thongDiep ?? '') || `Cổng trả mã ${code}`;
    return [
      {
        severity: 'error',
        code: `portal-${code}`,
        text: { vi: said, en: `The portal refused (${code}): ${said}` },
        remedy,
      },
    ];
  }
  return list.map((item) => {
    const said = String(item.noiDung ?? '');
    const table = String(item.bang ?? '');
    const row = Number(item.dong ?? 1) || 1;
    return {
      severity: 'error' as const,
      code: `portal-${String(item.maLoi ?? code).toLowerCase()}`,
      ...(table === '' ? {} : { field: `${table}[${row}].${String(item.truong ?? '')}` }),
      text: { vi: said, en: `The portal refused (${code}): ${said}` },
      remedy,
    };
  });
}
