import administration from '@mach/administration/module.ts';
import appointment from '@mach/appointment/module.ts';
import cashier from '@mach/cashier/module.ts';
import claims from '@mach/claims/module.ts';
import clinic from '@mach/clinic/module.ts';
import desk from '@mach/desk/module.ts';
import emergency from '@mach/emergency/module.ts';
import encounter from '@mach/encounter/module.ts';
import type { Module } from '@mach/engine';
import access from '@mach/engine/policy/module.ts';
import lab from '@mach/lab/module.ts';
import operations from '@mach/operations/module.ts';
import outpatient from '@mach/outpatient/module.ts';
import pharmacy from '@mach/pharmacy/module.ts';
import privacy from '@mach/privacy/module.ts';
import reception from '@mach/reception/module.ts';

/** The built-in modules. A plug-in is the same kind of folder outside this repository. */
export const MODULES: readonly Module[] = [
  encounter,
  appointment,
  reception,
  outpatient,
  emergency,
  lab,
  pharmacy,
  cashier,
  claims,
  clinic,
  desk,
  operations,
  access,
  privacy,
  administration,
];
