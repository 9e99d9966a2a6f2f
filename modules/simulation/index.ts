export { weekday } from './day-plan.ts';
export { dateFollowers, runFollowers } from './past.ts';
export { MOST_VISITS, type RunOptions, type RunProgress, type RunReport, simulate } from './run.ts';
export type { Refusal } from './sender.ts';
