package dev.sluice.proxy.s3.signature;

/** The time of a signature, {@code YYYYMMDDTHHMMSSZ}, in seconds since 1970. */
final class AmzTime {
    /** This is not such a time. */
    static final long NONE = Long.MIN_VALUE;

    private static final int CHARS = 16;
    private static final int SECONDS_OF_A_DAY = 86_400;

    private AmzTime() {}

    /** Reads {@code bytes[from, to)}. RGW reads other spellings too, which no client writes. */
    static long seconds(byte[] bytes, int from, int to) {
        if (to - from != CHARS || bytes[from + 8] != 'T' || bytes[from + 15] != 'Z') {
            return NONE;
        }
        int year = number(bytes, from, 4);
        int month = number(bytes, from + 4, 2);
        int day = number(bytes, from + 6, 2);
        int hour = number(bytes, from + 9, 2);
        int minute = number(bytes, from + 11, 2);
        int second = number(bytes, from + 13, 2);
        boolean isGood = year >= 1970
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= 31
                && hour >= 0
                && hour < 24
                && minute >= 0
                && minute < 60
                && second >= 0
                && second <= 60;
        return isGood ? days(year, month, day) * SECONDS_OF_A_DAY + hour * 3600L + minute * 60L + second : NONE;
    }

    /** Days since 1970 in the Gregorian calendar (H. Hinnant, days_from_civil). */
    private static long days(int year, int month, int day) {
        int y = month <= 2 ? year - 1 : year;
        int era = y / 400;
        int yearOfEra = y - era * 400;
        int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097L + dayOfEra - 719_468;
    }

    /** Digits only; below 0: there is another character. */
    private static int number(byte[] bytes, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            }
            number = 10 * number + bytes[i] - '0';
        }
        return number;
    }
}
