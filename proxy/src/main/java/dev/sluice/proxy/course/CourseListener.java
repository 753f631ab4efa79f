package dev.sluice.proxy.course;

/** Gets requests at their ends. Called on event loops; must not block, lock or throw. */
public interface CourseListener {
    /** Gets nothing: courses are not followed. */
    CourseListener NONE = course -> {};

    /** A request has ended that began while a listener was on. What the course has is valid during the call. */
    void onEnd(RequestCourse course);

    /** Whether requests that begin now are followed. Otherwise they cost nothing but this call. */
    default boolean isOn() {
        return true;
    }

    /** Returns the listener for one event loop: it may keep state without a lock. */
    default CourseListener forEventLoop() {
        return this;
    }

    /** Both, one after the other. */
    default CourseListener and(CourseListener other) {
        return this == NONE ? other : other == NONE ? this : new BothListeners(this, other);
    }
}
