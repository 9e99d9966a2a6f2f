import { z } from 'zod';

/** A clinic lists at most so many services or drugs at once. */
const LISTED = 200;
/** Whole đồng. */
const price = z.int().min(0).max(1_000_000_000);

export const pricedInput = z.strictObject({
  /** House code of the service, or code of the drug in the formulary. */
  code: z.string().min(1).max(80),
  /** As it stands on the posted list. */
  name: z.string().trim().min(1).max(300),
  unit: z.string().trim().min(1).max(30),
  price,
});

export const setUpInput = z.strictObject({
  facility: z.strictObject({
    name: z.string().trim().min(3).max(200),
    address: z.string().trim().min(5).max(300),
    phone: z.string().trim().max(30).optional(),
    /** Operating licence of the facility. */
    licence: z.string().trim().min(3).max(60),
  }),
  rooms: z
    .array(
      z.strictObject({
        name: z.string().trim().min(2).max(100),
        /** Code of the exam that is charged there. */
        examService: z.string().min(1).max(40),
      }),
    )
    .min(1)
    .max(20),
  services: z.array(pricedInput).max(LISTED),
  drugs: z.array(pricedInput).max(LISTED),
});

export type Priced = z.infer<typeof pricedInput>;
export type SetUpInput = z.input<typeof setUpInput>;
