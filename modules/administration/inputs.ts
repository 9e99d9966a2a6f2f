import { z } from 'zod';

const account = z.uuid();
const line = (max: number) => z.string().trim().min(1).max(max);
/** At least 80 bits where it is made of random letters and digits. */
const oneTimePassword = z.string().min(16).max(60);

const fields = {
  name: line(120),
  roles: z.array(line(60)).min(1).max(10),
  licence: line(60).optional(),
  title: line(80).optional(),
  gender: z.enum(['male', 'female']).optional(),
  rooms: z
    .array(z.string().regex(/^[A-Za-z0-9.-]{1,64}$/))
    .max(20)
    .optional(),
};

export const addStaffInput = z.strictObject({
  ...fields,
  /** Typed at each sign-in: small letters, digits, dots. */
  login: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,39}$/),
  oneTimePassword,
});
export const editStaffInput = z.strictObject({ ...fields, account, version: z.int().positive() });
export const accountInput = z.strictObject({ account });
export const reasonInput = z.strictObject({ account, reason: line(500) });
export const resetPasswordInput = z.strictObject({ account, oneTimePassword });
export const endSessionsInput = z.union([z.strictObject({ account }), z.strictObject({ session: z.uuid() })]);
export const enrolDeviceInput = z.strictObject({
  kind: z.enum(['ward', 'phone']),
  label: line(60),
  room: line(60).optional(),
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export const revokeDeviceInput = z.strictObject({ device: z.uuid() });
