import { commandRef } from '@mach/engine/command-ref.ts';

export { type FormPrint, formsOf } from './house/printers.ts';
export { ROLE_NAMES } from './house/role-names.ts';

/** What the form of a person holds. */
export interface StaffFields {
  name: string;
  roles: string[];
  /** Practising licence, for those who treat. */
  licence?: string | undefined;
  /** `Bác sĩ`, `Điều dưỡng` */
  title?: string | undefined;
  gender?: 'male' | 'female' | undefined;
  /** Ids of Location records: where the person works. */
  rooms?: string[] | undefined;
}

export interface NewStaff extends StaffFields {
  login: string;
  /** Made by the screen that shows it; good once, never stored in plain. */
  oneTimePassword: string;
}

export interface EnrolDevice {
  kind: 'ward' | 'phone';
  label: string;
  room?: string | undefined;
  /** 32 random bytes in base64url, made by the screen that shows them as a QR code. */
  token: string;
}

export const addStaff = commandRef<NewStaff, { account: string }>('administration.add-staff');
export const editStaff = commandRef<StaffFields & { account: string; version: number }, { account: string }>(
  'administration.edit-staff',
);
export const deactivateStaff = commandRef<{ account: string; reason: string }, { account: string }>(
  'administration.deactivate-staff',
);
export const reactivateStaff = commandRef<{ account: string }, { account: string }>('administration.reactivate-staff');
export const resetPassword = commandRef<{ account: string; oneTimePassword: string }, { until: string }>(
  'administration.reset-password',
);
export const resetFactors = commandRef<{ account: string; reason: string }, { account: string }>(
  'administration.reset-factors',
);
export const endSessions = commandRef<{ account?: string; session?: string }, null>('administration.end-sessions');
export const enrolDevice = commandRef<EnrolDevice, { device: string; until: string }>('administration.enrol-device');
export const revokeDevice = commandRef<{ device: string }, null>('administration.revoke-device');

/** Sees staff, roles, sessions and devices, and may change them. */
export const ADMINISTER = 'administration.staff';
/** Sees who looked at a person's record. Not the administrator's: who runs the machines need not know the patients. */
export const RECORD_ACCESS = 'administration.record-access';

/** Sets up departments, rooms, price lists, the formulary, printers; imports them from a spreadsheet. */
export const HOUSE = 'administration.house';
/** Proposes corrections of rule packs. */
export const CORRECT = 'administration.correct';
/** Approves what somebody else has proposed; ends what is in force. */
export const APPROVE = 'administration.approve';

export interface PublishResult {
  /** Id of the Library record. */
  change: string;
  entries: number;
}
export interface ChangeResult {
  change: string;
  status: 'proposed' | 'active' | 'rejected';
}
export interface PlaceResult {
  place: string;
}
export interface ClosePlaceResult extends PlaceResult {
  /** Appointments that stand there on or after the day: people move them. */
  standing: number;
}
export interface ImportResult {
  imported: number;
  same: number;
  leftOut: number;
  /** Id of the Library record of a list. */
  change: string | null;
}
