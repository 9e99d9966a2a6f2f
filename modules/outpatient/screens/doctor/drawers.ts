/** Names of the drawers of the doctor's screen. */
export const RESULTS_DRAWER = 'kham.results';
export const ORDERS_DRAWER = 'kham.orders';
export const ALLERGY_DRAWER = 'kham.allergies';
export const REASON_DRAWER = 'kham.reason';
