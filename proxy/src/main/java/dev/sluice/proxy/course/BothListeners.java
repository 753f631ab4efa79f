package dev.sluice.proxy.course;

/** Two listeners as one. */
record BothListeners(CourseListener first, CourseListener second) implements CourseListener {
    @Override
    public void onEnd(RequestCourse course) {
        first.onEnd(course);
        second.onEnd(course);
    }

    @Override
    public boolean isOn() {
        return first.isOn() || second.isOn();
    }

    @Override
    public CourseListener forEventLoop() {
        return new BothListeners(first.forEventLoop(), second.forEventLoop());
    }
}
