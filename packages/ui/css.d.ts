/** Style sheets are imported for their side effect; the bundler links them. */
declare module '*.css';
