/**
 * What a limit is. Immutable values; nothing here counts or decides.
 *
 * <pre>
 *   Limit = OperationRateLimit | ByteRateLimit | ConcurrencyLimit
 *             |                    |
 *             +--- LimitRate ------+      amount, period, RateAlgorithm, Sharing
 *
 *   Limit --by Dimension--> LimitSet --by Scope and name--> Policy      swapped as a whole
 *   request --> Identity, OperationClass                                what it is charged to
 *   peers   --> Membership, OnPartition                                 the part of each limit that is in force
 * </pre>
 *
 * <p>A new kind of limit, a longer period or another rule for what a limit has no room for starts here, and the compiler
 * leads to the places that have to know of it.
 */
package dev.sluice.limits.model;
