package dev.sluice.proxy.admin.api;

import java.util.List;

/** The result of {@code /memberlist}: this process first, then its live peers. */
public record MembersBody(List<MemberRow> members) {
    public MembersBody {
        members = List.copyOf(members);
    }
}
