// Preact and htm together: templates without a build step.
import {h, render, Component, Fragment} from './vendor/preact.mjs';
import htm from './vendor/htm.mjs';

export const html = htm.bind(h);
export {render, Component, Fragment};

/** A coloured dot; what it means stands in words beside it. */
export const Dot = ({kind}) => html`<span class=${`dot ${kind}`} aria-hidden="true"></span>`;

/** A card with a heading. */
export const Card = ({title, sub, extra, className = '', children}) => html`
  <section class=${`card ${className}`} aria-label=${title}>
    <div class="card-head"><h2>${title}</h2>${sub && html`<span class="muted small">${sub}</span>`}${extra}</div>
    ${children}
  </section>`;
