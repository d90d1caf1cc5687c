from . import abc_manual_class
