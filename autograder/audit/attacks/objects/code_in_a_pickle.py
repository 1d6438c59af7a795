"""Returns an object that runs code where it is copied or unpickled."""

class Reduced:
    def __reduce__(self):
        return (exec, ("print('GOT THROUGH: unpickled')",))

    def __deepcopy__(self, memo):
        print("GOT THROUGH: copied")
        return self


def square(x):
    return x * x


def secret(x):
    return Reduced()
