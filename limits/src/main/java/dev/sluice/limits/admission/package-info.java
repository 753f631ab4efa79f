/** Decides about requests: accounts, their ledgers, tickets and transfer budgets. */
package dev.sluice.limits.admission;
